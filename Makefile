# 公开 Gongkai. Every target makes its own environment first.
.DEFAULT_GOAL := help
.PHONY: help env demo up test check e2e chaos bench docs reset ci lock compose-test telemetry-test kubernetes-test
BIN := .venv/bin
MEMBERS := gongkai gongkai-identity gongkai-publication gongkai-newmedia-sync gongkai-portal gongkai-request gongkai-sandbox
COMPILE := $(BIN)/uv pip compile --quiet -p 3.11 --universal --generate-hashes --no-emit-index-url --no-header --no-annotate

help:  ## 显示这份清单 / show this list
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-15s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

env:  ## 建立运行环境 / make the environment
	@sh tools/environment.sh

demo: env  ## 启动系统并演示主要工作 / start everything and play the main job
	@$(BIN)/gongkai demo

up: env  ## 启动系统，不带样例 / start everything, no sample data
	@$(BIN)/gongkai up

reset: env  ## 清空本机数据（先询问）/ forget all local data, after asking
	@$(BIN)/gongkai reset

test: env  ## 浏览器测试以外的全部测试 / everything below e2e
	$(BIN)/pytest tests/unit tests/contract tests/architecture tests/integration

e2e: env  ## 浏览器测试 / tests that drive a browser
	$(BIN)/pytest tests/e2e --timeout 600

chaos: env  ## 故障测试 / kill things while they work
	$(BIN)/pytest tests/chaos --timeout 1800

bench: env  ## 与裸底座比较的性能测试 / measured beside the bare floor
	$(BIN)/python -m tests.bench

docs: env  ## 重新生成文档 / generate the documents again
	$(BIN)/python -m gongkai.contracts.docs --write
	$(foreach page,$(wildcard tests/support/*_states.py),$(BIN)/python -m $(subst /,.,$(page:.py=)) &&) true

check: env  ## 类型、格式、引用关系、过期文档 / types, lint, import contracts, stale documents
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m gongkai.contracts.docs --check

compose-test: env  ## 用容器引擎装一遍、用一遍、打坏一遍 / the containers, from cold, on a real engine
	$(BIN)/pytest tests/compose --timeout 1800

telemetry-test: env  ## 用真的 Prometheus 试每条告警和每张图 / every alert and panel, with a real Prometheus
	$(BIN)/pytest tests/telemetry --timeout 300

kubernetes-test: env  ## 用真的 kustomize 生成并核对清单 / the manifests, built by a real kustomize
	$(BIN)/pytest tests/kubernetes

ci: check test e2e  ## 全部检查和测试 / what the build server runs

lock: env  ## 重新锁定依赖 / lock the dependencies again
	$(COMPILE) --group local --group dev $(MEMBERS:%=--no-emit-package %) pyproject.toml -o requirements.lock
	$(COMPILE) -c requirements.lock $(MEMBERS:%=--no-emit-package %) pyproject.toml -o deploy/requirements.lock
	sed -n '1p' tools/bootstrap.lock | cut -d' ' -f1 | $(COMPILE) - -o tools/bootstrap.lock.new && mv tools/bootstrap.lock.new tools/bootstrap.lock
