import { tokenOfEnvironment, wordsOfProcess } from '#lib/config/command-line.ts'
import { burstCommand } from './burst-command.ts'

const HELP = `robinscope: see, test and prove what your load balancer does

  robinscope burst …   sends a burst and reports the result (robinscope burst --help)

The dashboard itself is started by "npm start".
`

const [command, ...rest] = wordsOfProcess()
const stopping = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stopping.abort())

if (command === 'burst') {
  process.exitCode = await burstCommand(rest, {
    out: (text) => process.stdout.write(text),
    err: (text) => process.stderr.write(text),
    isInteractive: process.stderr.isTTY === true,
    environment: { token: tokenOfEnvironment() },
    signal: stopping.signal,
  })
} else {
  const isHelp = command === undefined || command === 'help' || command === '--help' || command === '-h'
  process[isHelp ? 'stdout' : 'stderr'].write(isHelp ? HELP : `There is no command "${command}".\n\n${HELP}`)
  process.exitCode = isHelp ? 0 : 2
}
