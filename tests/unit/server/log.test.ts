import { expect, test } from 'vitest'
import { levelOf } from '#lib/server/log.ts'

test.each([
  ['ready', 'info'],
  ['cluster-scaled', 'info'],
  ['list-applied', 'info'],
  ['building-the-page', 'info'],
  ['list-not-applied', 'warn'],
  ['lease-not-renewed', 'warn'],
  ['nginx-complained', 'warn'],
  ['backend-ended', 'warn'],
  ['guardian-lost', 'warn'],
  ['request-refused', 'warn'],
  ['browser-dropped', 'warn'],
  ['scale-failed', 'warn'],
  ['leftover-stays', 'warn'],
  ['unexpected-error', 'error'],
])('%s is of level %s', (event, level) => expect(levelOf(event)).toBe(level))
