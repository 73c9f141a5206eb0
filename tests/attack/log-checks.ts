import { expect } from 'vitest'
import type { Victim } from './victim.ts'

const LEVELS = ['debug', 'info', 'warn', 'error']

/** Every line of the run's whole output is one event that a program can read, and `secrets` stand in none, the token neither. */
export function expectReadableLog(victim: Victim, ...secrets: string[]): void {
  const { output, log, token } = victim.product()
  const lines = log().trim().split('\n')
  expect(lines.length).toBeGreaterThan(3)
  for (const line of lines) {
    const { level, at, event } = JSON.parse(line)
    expect(LEVELS, line).toContain(level)
    expect(new Date(at).toISOString(), line).toBe(at)
    expect(event, line).toMatch(/^[a-z][a-z0-9-]*$/)
  }
  for (const secret of [token, ...secrets]) expect(output().includes(secret), secret).toBe(false)
}
