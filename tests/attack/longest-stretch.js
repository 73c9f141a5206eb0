// Loaded into a dashboard before anything else: on SIGUSR2 it tells the longest stretch that its main thread was busy without a
// break since the last time, by the thread's own CPU clock. So it is the same however busy the machine is.
const LOOK_EVERY_MS = 2
const busyMs = () => {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1_000
}
let last = busyMs()
let longest = 0
setInterval(() => {
  const now = busyMs()
  longest = Math.max(longest, now - last)
  last = now
}, LOOK_EVERY_MS).unref()
process.on('SIGUSR2', () => {
  process.stderr.write(`longest-stretch-ms ${longest.toFixed(1)}\n`)
  longest = 0
})
