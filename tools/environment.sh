#!/bin/sh
# Makes .venv: a Python of ours, exactly the packages of requirements.lock, our own packages editable.
# Done again only when something it is made from has changed, or the checkout has moved.
set -eu
cd "$(dirname "$0")/.."
root=$(pwd -P)

say() { printf '%s\n' "$*"; }
stop() { say "错误：$1" >&2; say "怎么办：$2" >&2; exit 1; }

digest() {
    if command -v sha256sum >/dev/null 2>&1; then sha256sum; else shasum -a 256; fi
}
wanted="$root $(cat requirements.lock tools/bootstrap.lock tools/environment.sh shared/pyproject.toml services/*/pyproject.toml | digest | cut -c1-64)"
if [ "$(cat .venv/made-from 2>/dev/null || true)" = "$wanted" ] && .venv/bin/python -c '' 2>/dev/null; then
    exit 0
fi

fits() { "$1" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' >/dev/null 2>&1; }
found=
for candidate in ${PYTHON:-} python3 python3.13 python3.12 python3.11; do
    if fits "$candidate"; then found=$candidate; break; fi
done
if [ -z "$found" ]; then
    stop "没有找到 Python 3.11、3.12 或 3.13（现在的 python3 是 $(python3 -V 2>&1 || true)）" \
        "请安装其中一个版本；装在别处时用 make PYTHON=/路径/python3 指明。"
fi
"$found" -c 'import venv, ensurepip' 2>/dev/null ||
    stop "这个 Python 缺少 venv 模块" "在 Debian 或 Ubuntu 上请执行：apt install python3-venv（需要管理员权限）。"

say "[环境 1/3] 建立 Python 环境（$("$found" -V)）"
rm -f .venv/made-from
# An environment of another Python, or of another place, is made anew.
if ! [ "$(.venv/bin/python -c 'import sys; print(sys.prefix, *sys.version_info[:2])' 2>/dev/null || true)" = \
    "$root/.venv $("$found" -c 'import sys; print(*sys.version_info[:2])')" ]; then
    "$found" -m venv --clear .venv
fi
fetch_advice="请检查网络；使用内部软件仓库时，请照常在 pip 的配置里写明。然后重新执行同一个命令，已取到的不会重取。"
[ "$(.venv/bin/uv --version 2>/dev/null | cut -d' ' -f2)" = "$(sed -n 's/^uv==\([0-9.]*\).*/\1/p' tools/bootstrap.lock)" ] ||
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r tools/bootstrap.lock ||
    stop "取不到安装工具" "$fetch_advice"

# One configuration for both: where pip looks, our installer looks too.
index=${PIP_INDEX_URL:-$(.venv/bin/python -m pip config get global.index-url 2>/dev/null || true)}
if [ -n "$index" ] && [ -z "${UV_DEFAULT_INDEX:-}${UV_INDEX_URL:-}" ]; then
    UV_DEFAULT_INDEX=$index
    export UV_DEFAULT_INDEX
fi
VIRTUAL_ENV=$root/.venv
export VIRTUAL_ENV

say "[环境 2/3] 取得锁定的组件（首次需要下载约 350 MB）"
quiet=--quiet
[ -t 1 ] && quiet= # a person watches: show how far the downloads are
.venv/bin/uv pip sync $quiet --require-hashes requirements.lock || stop "组件没有取全" "$fetch_advice"

say "[环境 3/3] 装上本项目的各个部分"
set --
for member in shared services/*/; do
    [ -f "$member/pyproject.toml" ] && set -- "$@" -e "./${member%/}"
done
.venv/bin/uv pip install --quiet --offline --no-deps "$@" || stop "本项目的部分没有装上" "请把上面的输出发给维护者。"
printf '%s' "$wanted" >.venv/made-from
