KVConnectorFactory.register_connector(
    "WireConnector",
    "vllm.wire",
    "WireConnector",
)
KVConnectorFactory.register_connector("PipeConnector", "vllm.pipe", "PipeConnector")
