import { expect, test } from 'vitest'
import { configurationOf, hashOf, sameConfiguration } from '#lib/front-door/configuration.ts'
import { type ConfiguredServer, DEFAULT_POLICY, DEFAULT_SETTINGS } from '#lib/protocol/configuration.ts'

const server = (number: number): ConfiguredServer => ({
  ...{ backend: `${number}`.padStart(12, '0'), address: `10.0.0.${number}:8000`, ...DEFAULT_SETTINGS, state: 'in' },
})
const base = configurationOf(DEFAULT_POLICY, [server(1), server(2)])

test('a configuration cannot be changed, and a change of what it was made from does not reach it', () => {
  const own = { ...server(1) }
  const configuration = configurationOf(DEFAULT_POLICY, [own])
  Object.assign(own, { weight: 9 })
  expect(configuration.servers[0]?.weight).toBe(1)
  expect(() => Object.assign(configuration.servers[0] ?? {}, { weight: 9 })).toThrow(TypeError)
  expect(() => Object.assign(configuration.policy, { maxFails: 9 })).toThrow(TypeError)
  expect(() => (configuration.servers as ConfiguredServer[]).push(server(3))).toThrow(TypeError)
})

test('equality and hash agree, and see every field', () => {
  const shuffled = Object.fromEntries(Object.entries(server(2)).reverse()) as ConfiguredServer
  const same = configurationOf({ ...DEFAULT_POLICY }, [server(1), shuffled])
  expect(sameConfiguration(base, same)).toBe(true)
  expect(hashOf(same)).toBe(hashOf(base))
  expect(hashOf(base)).toMatch(/^[0-9a-f]{64}$/)
  const others = [
    ...Object.keys(DEFAULT_POLICY).map((field) => configurationOf({ ...DEFAULT_POLICY, [field]: 77 }, base.servers)),
    ...Object.keys(server(2)).map((field) =>
      configurationOf(DEFAULT_POLICY, [server(1), { ...server(2), [field]: 'another' }]),
    ),
    configurationOf(DEFAULT_POLICY, [server(2), server(1)]),
    configurationOf(DEFAULT_POLICY, [server(1)]),
  ]
  for (const other of others) expect(sameConfiguration(base, other)).toBe(false)
  expect(new Set([base, ...others].map(hashOf)).size).toBe(others.length + 1)
  expect(sameConfiguration(null, base)).toBe(false)
  expect(sameConfiguration(null, null)).toBe(true)
})
