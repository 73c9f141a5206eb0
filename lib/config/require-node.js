// Plain JavaScript on purpose: it must run on whatever Node the machine has, before any TypeScript is loaded.
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
const runsTypeScript = major > 22 || (major === 22 && minor >= 18)
if (!runsTypeScript) {
  process.stderr.write(
    `Robinscope needs Node 22.18 or later and this is ${process.versions.node}: run "npm ci" (with its optional packages), which brings Node 24 for this platform, or install Node 24 from nodejs.org.\n`,
  )
  process.exit(1)
}
