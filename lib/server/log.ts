import { type Logger, pino } from 'pino'
import pretty from 'pino-pretty'

export type Log = (event: string, fields?: Record<string, unknown>) => void

/** One line a thing that happened: for people in a terminal, JSON otherwise. Never the token, never a container's environment. */
export function openLogger(level: string): Logger {
  const base = { level, base: null, messageKey: 'event', timestamp: () => `,"at":"${new Date().toISOString()}"` }
  if (!process.stdout.isTTY) return pino(base)
  return pino(
    base,
    pretty({
      colorize: true,
      sync: true,
      messageKey: 'event',
      timestampKey: 'at',
      ignore: 'pid,hostname',
      singleLine: true,
    }),
  )
}

export const logOf =
  (logger: Logger): Log =>
  (event, fields = {}) =>
    logger.info(fields, event)
