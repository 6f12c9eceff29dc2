#define PP_MAKE_STRING(_x) # _x
#define PP_QUOTE(_x) PP_MAKE_STRING(_x)
#define MAX_POLL 16 /* over
                       two lines */
#define GLOBAL_PREFIX "UCM_"
#define UCS_CONFIG_TYPE_TABLE(t) {ucs_config_sscanf_table, NULL, ucs_config_clone_table, t}
#define POOL_FIELDS(_prefix, _grow, _desc) \
    {_prefix "MAX_BUFS", "-1", "Most " _desc " buffers.", 0, TYPE}, \
    {_prefix "BUFS_GROW", PP_QUOTE(_grow), "Grows.", 0, TYPE}
#define REGISTER(_prefix, _table) UCS_CONFIG_REGISTER_TABLE(_table, "x", _prefix, t, l)
