#!/usr/bin/env bash
# First node of two: four data-parallel prefill ranks, and four decode ranks of a smaller model beside them.
# nixl: vllm=0.25.1
set -euo pipefail

MODEL=deepseek-ai/DeepSeek-V2-Lite
HOST_IP=$(hostname -I | awk '{print $1}')
KV_CONFIG='{
  "kv_connector": "NixlConnector",
  "kv_role": "kv_producer",
  "kv_connector_extra_config": {"backends": "UCX", "kv_lease_duration": 60}
}'

export VLLM_NIXL_SIDE_CHANNEL_HOST=$HOST_IP
export UCX_TLS=rc,tcp,cuda_copy,cuda_ipc,sm

VLLM_NIXL_SIDE_CHANNEL_PORT=5600 CUDA_VISIBLE_DEVICES=0,1,2,3 vllm serve "$MODEL" \
  --port 8100 \
  --data-parallel-size 8 --data-parallel-size-local 4 --data-parallel-address "$HOST_IP" \
  --enable-expert-parallel \
  --kv-transfer-config "$KV_CONFIG" &

VLLM_NIXL_SIDE_CHANNEL_PORT=5602 CUDA_VISIBLE_DEVICES=4,5,6,7 vllm serve "$MODEL" \
  --port 8200 \
  --data-parallel-size 4 --data-parallel-rpc-port 29560 \
  --enable-expert-parallel \
  --kv-transfer-config "{\"kv_connector\": \"NixlConnector\", \"kv_role\": \"kv_consummer\"}" &

wait
