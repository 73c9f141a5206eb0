import { settingsOfProcess } from '#lib/config/settings.ts'
import { openDashboard } from './dashboard.ts'
import { logOf, openLogger } from './log.ts'

try {
  const settings = settingsOfProcess()
  const log = logOf(openLogger(settings.LOG_LEVEL))
  const stopping = new AbortController()
  const opening = openDashboard(settings, log)

  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (stopping.signal.aborted) process.exit(1)
      stopping.abort()
      log('stopping', { signal })
      opening
        .then((dashboard) => dashboard.close())
        .catch(() => undefined)
        .finally(() => process.exit(0))
    })
  }
  const dashboard = await opening
  log('ready', { dashboard: dashboard.url })
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exit(1)
}
