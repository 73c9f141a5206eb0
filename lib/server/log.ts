import { type Logger, pino, stdTimeFunctions } from 'pino'
import pretty from 'pino-pretty'
import type { Log } from '#lib/concurrency/log.ts'

/** Something is wrong, but the dashboard goes on: what such events are called says so. */
const WARNING = /-(failed|lost|ended|complained|refused|dropped|error)$|-not-|^leftover-/

/**
 * One line a thing that happened: for people in a terminal, JSON otherwise, with `level` (a word), `at` (ISO 8601) and `event`.
 * Never the token, never a container's environment or labels.
 */
export function openLogger(level: string): Logger {
  const base = {
    level,
    base: null,
    messageKey: 'event',
    timestamp: () => stdTimeFunctions.isoTime().replace('"time"', '"at"'),
    formatters: { level: (label: string) => ({ level: label }) },
  }
  if (!process.stdout.isTTY) return pino(base)
  const forPeople = {
    colorize: true,
    sync: true,
    messageKey: 'event',
    timestampKey: 'at',
    translateTime: 'SYS:HH:MM:ss',
  }
  // An error is a field like any other: it would get lines of its own else.
  return pino(base, pretty({ ...forPeople, singleLine: true, errorLikeObjectKeys: [] }))
}

export const logOf =
  (logger: Logger): Log =>
  (event, fields = {}) =>
    logger[levelOf(event)](fields, event)

export function levelOf(event: string): 'info' | 'warn' | 'error' {
  if (event === 'unexpected-error') return 'error'
  return WARNING.test(event) ? 'warn' : 'info'
}
