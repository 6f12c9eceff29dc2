wire(const nixlBackendInitParams &init_params) {
    threads = nixl::getBackendParamDefaulted(init_params.customParams, "num_threads", 8u);
    device = nixl::getBackendParamOptional<std::string>(init_params.customParams, "device");
}
