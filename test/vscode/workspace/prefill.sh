#!/usr/bin/env bash
export VLLM_NIXL_SIDE_CHANNEL_PORT=5600
exec vllm serve Qwen/Qwen3-8B --port 8000 \
  --kv-transfer-config '{"kv_connector": "NixlConnector", "kv_rol": "kv_producer"}'
