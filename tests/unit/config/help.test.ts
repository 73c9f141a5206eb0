import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { flagOf, wantsHelp } from '#lib/config/flags.ts'
import { READ_TOKEN, SETTING_HELP, START_HELP } from '#lib/config/help.ts'
import { readSettings, SETTING_NAMES } from '#lib/config/settings.ts'

it('names every setting and its flag', () => {
  for (const name of SETTING_NAMES) expect(START_HELP).toMatch(new RegExp(`^  ${name} +--${flagOf(name)} `, 'm'))
})

it('says the defaults that are in force', () => {
  const settings: Record<string, unknown> = readSettings({}, [])
  for (const name of SETTING_NAMES) {
    const { byDefault } = SETTING_HELP[name]
    const value = settings[name]
    if (typeof value === 'string' || typeof value === 'number') expect(byDefault, name).toBe(String(value))
    else expect(['unset', 'none', 'made at start', 'its port', "Docker's socket"], name).toContain(byDefault)
  }
})

it('is asked for in both ways', () => {
  expect([['--help'], ['--port', '1', '-h'], ['--port', '1'], []].map(wantsHelp)).toEqual([true, true, false, false])
})

it('the README names every setting that is for people', () => {
  const readme = readFileSync(new URL('../../../README.md', import.meta.url), 'utf8')
  for (const name of SETTING_NAMES) {
    const isForPeople = SETTING_HELP[name].meaning !== 'for deploy/compose.yaml alone'
    expect(readme.includes(`\`${name}\``), name).toBe(isForPeople)
  }
})

it('help and README say the same way to read the token', () => {
  const readme = readFileSync(new URL('../../../README.md', import.meta.url), 'utf8')
  expect(readme.includes(READ_TOKEN)).toBe(true)
  expect(START_HELP).toContain(READ_TOKEN)
})
