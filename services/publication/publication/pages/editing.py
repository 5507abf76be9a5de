"""Writing: new drafts, imports, the editor with its files, and two people on one draft."""

from dataclasses import dataclass, replace
from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import HTMLResponse

from gongkai.runtime.errors import ChangedMeanwhile, Invalid, NotFound
from gongkai.runtime.tx import Tx
from gongkai.statute.legal_day import legal_date
from gongkai.web.filters import filesize
from gongkai.web.forms import Form, read_form, see_other
from gongkai.web.session import Officer, require
from publication import autosaving, files, markup, reading, store
from publication.autosaving import Autosave, Typed
from publication.callers import officer_of
from publication.catalogue.columns import Columns
from publication.domain import steps, themes
from publication.domain.content import FORM_NAMES, KIND_NAMES, OPENNESS_NAMES, Content, File
from publication.domain.dossier import Drafting, Reviewing
from publication.naming import file_name
from publication.pages import keeping
from publication.pages.comparing import compare
from publication.pages.console import ANSWERED, BASE, Console, column_groups, document_tabs, note
from publication.pages.dossiers import with_own_blobs
from publication.pages.inputs import EditionInput, ImportInput, initial_of, number_of

COVER_LIMIT: Final = 10 * 1024 * 1024
COVER_KINDS: Final = ("jpg", "jpeg", "png")
MOST_FILES: Final = 50
Creator = Annotated[Officer, Depends(require("draft.create"))]
Editor = Annotated[Officer, Depends(require("draft.edit"))]
Importer = Annotated[Officer, Depends(require("draft.import"))]


def theme_groups() -> list[tuple[str, list[tuple[str, str]]]]:
    """Give the classes of 主题分类 for a select: a class may be chosen itself or one of those below it."""
    return [
        (head, [(head, head), *((f"{head}{themes.SEPARATOR}{sub}", sub) for sub in subs)])
        for head, subs in themes.CLASSES.items()
    ]


@dataclass(frozen=True, slots=True)
class Carried:
    """The files of the form: those it already had, and those that came with it."""

    attachments: tuple[File, ...]
    cover: File | None
    fresh: tuple[File, ...] = ()


@dataclass(frozen=True, slots=True)
class Open:
    """What the editor needs to know of a draft that is there."""

    document_id: UUID
    edition: int
    content: Content
    voids: str


def router(console: Console) -> APIRouter:
    routes = APIRouter(include_in_schema=False)

    @routes.get("/documents/new")
    async def new_form(request: Request, officer: Creator) -> Response:
        kind = request.query_params.get("kind", "notice")
        column = request.query_params.get("column", "")[:60]
        form = Form.of({"kind": kind if kind in KIND_NAMES else "notice", "column_id": column, "openness": "proactive"})
        async with console.looking(officer) as tx:
            kept = await keeping.left(console, tx, request, officer, officer.person_id)
        if isinstance(kept, Typed):
            form = Form.of(keeping.form_values(kept.content))
        return await _editor(console, request, officer, form, Carried((), None), None, kept=kept)

    @routes.post("/documents/new")
    async def create(request: Request, officer: Creator) -> Response:
        form = await read_form(request, uploads=True)
        typed, carried = await _read(console, officer, form)
        status = 422
        if typed is not None and not form.errors:
            document_id = console.kit.new_id()
            content = typed.content(carried.cover, carried.attachments)
            try:
                async with console.changing(officer) as tx:
                    await console.desk.create(
                        tx, officer_of(officer), officer.organ_id, content, document_id=document_id
                    )
                    await autosaving.drop(tx, officer.person_id, officer.person_id)
                return _onwards(form, document_id)
            except ANSWERED as trouble:
                status = note(form, trouble)
        return await _editor(console, request, officer, form, carried, None, status)

    @routes.get("/documents/import")
    async def import_form(request: Request, officer: Importer) -> Response:
        return await _import_page(console, request, officer, Form.of({"kind": "notice"}))

    @routes.post("/documents/import")
    async def import_file(request: Request, officer: Importer) -> Response:
        form = await read_form(request, uploads=True)
        typed = form.parse(ImportInput)
        try:
            taken = await form.file("file", limit=files.IMPORT_LIMIT, kinds=files.IMPORT_KINDS)
        finally:
            await form.close()
        if taken is None and not form.sentences("file"):
            form.add("file", "请选择一个文件", "文件")
        status = 422
        if typed is not None and taken is not None and not form.errors:
            try:
                return await _imported(console, request, officer, typed, *taken)
            except ANSWERED as trouble:
                status = note(form, trouble)
        return await _import_page(console, request, officer, form, status)

    @routes.post("/documents/preview")
    async def preview(request: Request, officer: Editor) -> Response:
        """Show what is in the editor as it will read. Nothing is kept."""
        form = await read_form(request)
        body = markup.to_html(form.value("body")[:1_000_000])
        title = form.value("title")[:200]
        return await console.show(request, "preview_body.html", officer, title=title, body=with_own_blobs(body))

    @routes.get("/documents/{document_id}/edit")
    async def edit_form(request: Request, document_id: UUID, officer: Editor) -> Response:
        async with console.looking(officer) as tx:
            draft = await _open(console, tx, officer, document_id)
            kept = await keeping.left(console, tx, request, officer, document_id)
        carried = Carried(draft.content.attachments, draft.content.cover)
        form = Form.of({**initial_of(draft.content), "edition": draft.edition})
        if isinstance(kept, Typed):
            form = Form.of(keeping.form_values(kept.content) | {"edition": kept.edition})
        return await _editor(console, request, officer, form, carried, draft, kept=kept)

    @routes.post("/documents/{document_id}/edit")
    async def save(request: Request, document_id: UUID, officer: Editor) -> Response:
        form = await read_form(request, uploads=True)
        typed, carried = await _read(console, officer, form)
        async with console.looking(officer) as tx:
            draft = await _open(console, tx, officer, document_id)
        status = 422
        seen = number_of(form.value("edition"))
        if typed is not None and not form.errors:
            content = typed.content(carried.cover, carried.attachments)
            try:
                async with console.changing(officer) as tx:
                    await console.desk.save(tx, officer_of(officer), officer.organ_id, document_id, seen, content)
                return _onwards(form, document_id)
            except ChangedMeanwhile:
                return await _conflict(console, request, officer, form, carried, document_id, seen, content)
            except ANSWERED as trouble:
                status = note(form, trouble)
        return await _editor(console, request, officer, form, carried, draft, status)

    return routes


def _onwards(form: Form, document_id: UUID) -> Response:
    """Go back to the text, or on to the reviews, as the button said."""
    base = f"{BASE}/documents/{document_id}"
    return see_other(f"{base}?done=saved" if form.value("then") == "read" else f"{base}/edit")


async def _open(console: Console, tx: Tx, officer: Officer, document_id: UUID) -> Open:
    case = await console.desk.load(tx, document_id, officer.organ_id)
    if not isinstance(case.document, Drafting | Reviewing):
        raise NotFound("这份文件现在不能修改。已经公开的，先开始更正。")
    signed = steps.named(tuple(mark.step for mark in case.dossier.marks))
    voids = ""
    if signed or case.dossier.answers:
        parts = [signed] if signed else []
        parts += ["公开和保密审查"] if case.dossier.answers else []
        voids = f"保存新的一版以后，{'、'.join(parts)}要重新办理。"
    content = await console.desk.content(case.dossier.digest)
    return Open(document_id, case.dossier.edition, content, voids)


async def _read(console: Console, officer: Officer, form: Form) -> tuple[EditionInput | None, Carried]:
    """Read text and files. What was uploaded is kept at once, so that an error elsewhere does not lose it."""
    try:
        typed = form.parse(EditionInput)
        kept = _kept(form, "kept")
        dropped = set(form.values("drop"))
        fresh = await _uploaded(console, officer, form)
        cover = next(iter(_kept(form, "cover-kept", "cover")), None)
        if form.value("cover-drop"):
            cover = None
        new_cover = await _cover(console, officer, form)
    finally:
        await form.close()
    attachments = (*(file for file in kept if file.digest not in dropped), *fresh)
    if len(attachments) > MOST_FILES:
        form.add("files", f"附件最多 {MOST_FILES} 个，现在有 {len(attachments)} 个，请移除几个", "附件")
    return typed, Carried(attachments, new_cover or cover, fresh)


def _kept(form: Form, name: str, prefix: str = "kept") -> list[File]:
    """Read back the files the form already had; whether the organ owns them is checked when they are saved."""
    parts = zip(
        form.values(name), form.values(f"{prefix}-name"), form.values(f"{prefix}-size"), form.values(f"{prefix}-type"),
        strict=False,
    )  # fmt: skip
    found = [File(label, digest, number_of(size), kind) for digest, label, size, kind in parts]
    return list({file.digest: file for file in found}.values())


async def _uploaded(console: Console, officer: Officer, form: Form) -> tuple[File, ...]:
    found: list[File] = []
    for upload in form.files.get("files", []):
        if not upload.filename:
            continue
        if (upload.size or 0) > files.ATTACHMENT_LIMIT:
            name, size = file_name(upload.filename), filesize(upload.size or 0)
            form.add("files", f"“{name}”有 {size}，超过 {filesize(files.ATTACHMENT_LIMIT)}，请压缩或拆开再传", "附件")
            continue
        try:
            found.append(await files.attach(console.desks, officer, upload.filename, await upload.read()))
        except Invalid as wrong:
            for _, sentence in wrong.errors:
                form.add("files", sentence, "附件")
    return tuple(found)


async def _cover(console: Console, officer: Officer, form: Form) -> File | None:
    taken = await form.file("cover", limit=COVER_LIMIT, kinds=COVER_KINDS)
    if taken is None:
        return None
    try:
        return await files.attach(console.desks, officer, *taken)
    except Invalid as wrong:
        for _, sentence in wrong.errors:
            form.add("cover", sentence, "题图")
    return None


async def _columns(console: Console, officer: Officer) -> Columns:
    async with console.looking(officer) as tx:
        return await store.columns_on(tx, officer.organ_id, legal_date(tx.now))


async def _editor(
    console: Console,
    request: Request,
    officer: Officer,
    form: Form,
    carried: Carried,
    draft: Open | None,
    status: int = 200,
    *,
    kept: Autosave | None = None,
) -> HTMLResponse:
    columns = await _columns(console, officer)
    base = f"{BASE}/documents/{draft.document_id}" if draft else f"{BASE}/documents"
    fetched = isinstance(kept, Typed)
    return await console.show(
        request,
        "editor.html",
        officer,
        status=status,
        form=form,
        heading="修改文件" if draft else "新建文件",
        about=f"{draft.content.title}，第 {draft.edition} 版" if draft else "先写下来存成草稿，送审前都能改。",
        document_id=draft.document_id if draft else None,
        edition=form.value("edition") or (draft.edition if draft else 0),
        tabs=document_tabs(draft.document_id, "edit", officer, editable=True) if draft else [],
        voids=draft.voids if draft else "",
        autosaved=kept is not None and not fetched,
        autosaved_at=kept.saved_at if kept else None,
        autosave_stale=bool(draft and kept and kept.edition != draft.edition),
        from_autosave=fetched,
        action=f"{base}/edit" if draft else f"{base}/new",
        attachments=carried.attachments,
        cover=carried.cover,
        kinds=list(KIND_NAMES.items()),
        columns=column_groups(columns),
        opennesses=[(key, name) for key, name in OPENNESS_NAMES.items()],
        forms=list(FORM_NAMES.items()),
        themes=theme_groups(),
        limit=files.ATTACHMENT_LIMIT,
        cover_limit=COVER_LIMIT,
        most=MOST_FILES,
        kinds_words="PDF、OFD、Word、Excel、图片、音视频或 ZIP",
    )


async def _conflict(
    console: Console,
    request: Request,
    officer: Officer,
    form: Form,
    carried: Carried,
    document_id: UUID,
    seen: int,
    mine: Content,
) -> HTMLResponse:
    """Show both texts side by side. Nothing of what the person typed is lost, and nothing of the other's is either."""
    async with console.looking(officer) as tx:
        draft = await _open(console, tx, officer, document_id)
        newest = (await reading.editions(tx.db, document_id))[0]
    names = await console.names([newest["saved_by"]])
    return await console.show(
        request,
        "conflict.html",
        officer,
        status=412,
        form=form,
        document_id=document_id,
        action=f"{BASE}/documents/{document_id}/edit",
        seen=seen,
        newest=draft.edition,
        content=draft.content,
        comparison=compare(draft.content, mine),
        names=names,
        saved_by=newest["saved_by"],
        saved_at=newest["saved_at"],
        new_files=carried.fresh,
    )


async def _import_page(
    console: Console, request: Request, officer: Officer, form: Form, status: int = 200
) -> HTMLResponse:
    columns = await _columns(console, officer)
    return await console.show(
        request,
        "import.html",
        officer,
        status=status,
        form=form,
        limit=files.IMPORT_LIMIT,
        kinds=list(KIND_NAMES.items()),
        columns=column_groups(columns),
    )


async def _imported(
    console: Console, request: Request, officer: Officer, typed: ImportInput, name: str, data: bytes
) -> HTMLResponse:
    found = await files.read_draft(console.desks, name, data)
    async with console.changing(officer) as tx:
        made = await files.import_draft(
            console.desks, tx, officer_of(officer), officer.organ_id, found,
            column_id=typed.column_id, kind=typed.kind, document_id=console.kit.new_id(),
        )  # fmt: skip
    return await console.show(
        request,
        "imported.html",
        officer,
        status=201,
        content=replace(Content(made.title, typed.kind, typed.column_id), body=found.markdown),
        paragraphs=len(markup.paragraphs(found.markdown)),
        pictures=len(found.images),
        file_name=file_name(name),
        notes=made.notes,
        document_id=made.id,
    )
