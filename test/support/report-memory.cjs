// Preloaded into a child: tells its highest resident memory, in kB, through the file that the parent names.
const { writeFileSync } = require('node:fs');

process.on('exit', () => writeFileSync(process.env.NIXL_TEST_MEMORY, String(process.resourceUsage().maxRSS)));
