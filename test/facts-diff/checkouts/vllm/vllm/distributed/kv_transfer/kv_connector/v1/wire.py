def read(self, config):
    self.a = config.get_from_extra_config("first_key", 7)
    self.b = config.kv_connector_extra_config.get("second_key")
    extra_config = config.kv_connector_extra_config
    self.c = extra_config["third_key"]
    self.d = other.get("not_a_key")
    self.counter = self._counter_cls(
        name="vllm:wire_bytes_total",
        documentation="Bytes.",
    )
    self.time = self._histogram_cls(name="vllm:wire_seconds", documentation="Time.")
