#define BUFFER_VAR "NIXL_BUFFER"
namespace {
constexpr char timeoutVar[] = "NIXL_TIMEOUT";
constexpr size_t defaultTimeout = 5'000;
const std::string dirVar = "NIXL_DIR";
} // "NIXL_COMMENTED" is no variable

void
read() {
    auto a = nixl::config::getValueDefaulted<std::chrono::duration<int>>(timeoutVar, defaultTimeout);
    auto b = nixl::config::getValueDefaulted(BUFFER_VAR, 4096u);
    auto c = std::getenv(dirVar.c_str());
    auto d = nixl::config::getValueDefaulted<bool>("NIXL_SWITCH", true);
    auto e = std::getenv("HOME");
    throw std::runtime_error("NIXL_ERROR is not read");
}
