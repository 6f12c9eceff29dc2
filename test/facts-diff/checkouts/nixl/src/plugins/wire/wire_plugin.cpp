nixlBackendPlugin *
create() {
    return wire_plugin_t::create(NIXL_PLUGIN_API_VERSION, "WIRE", "0.1", {}, {DRAM_SEG});
}
