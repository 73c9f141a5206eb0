import { wordsOfProcess } from '#lib/config/command-line.ts'
import { wantsHelp } from '#lib/config/flags.ts'
import { START_HELP } from '#lib/config/help.ts'
import { settingsOfProcess } from '#lib/config/settings.ts'
import { type Dashboard, openDashboard } from './dashboard.ts'
import { logOf, openLogger } from './log.ts'

const CLOSE_WITHIN_MS = 10_000

if (wantsHelp(wordsOfProcess())) {
  process.stdout.write(START_HELP)
  process.exit(0)
}

try {
  const settings = settingsOfProcess()
  const log = logOf(openLogger(settings.LOG_LEVEL))
  let dashboard: Dashboard | null = null
  let stopping = false

  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      // A second signal, or one before all is up: child processes end by themselves when this one is gone.
      if (stopping || !dashboard) process.exit(stopping ? 1 : 0)
      stopping = true
      log('stopping', { signal })
      setTimeout(() => process.exit(1), CLOSE_WITHIN_MS).unref()
      dashboard.close().finally(() => process.exit(0))
    })
  }
  dashboard = await openDashboard(settings, log)
  log('ready', {
    dashboard: dashboard.url,
    ...(settings.isExposed ? { open: 'with ?token=<ROBINSCOPE_TOKEN> once' } : {}),
  })
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exit(1)
}
