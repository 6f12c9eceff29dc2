// Preloaded into a child: tells through the file that the parent names what it took: its highest resident memory in kB,
// and the time of the processor in microseconds.
const { writeFileSync } = require('node:fs');

process.on('exit', () => {
  const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
  writeFileSync(process.env.NIXL_TEST_USAGE, JSON.stringify({ maxRSS, processor: userCPUTime + systemCPUTime }));
});
