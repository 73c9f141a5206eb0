import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'

type Locked = {
  version?: string
  name?: string
  integrity?: string
  resolved?: string
  optional?: boolean
  hasInstallScript?: boolean
}
type Manifest = Record<'dependencies' | 'devDependencies' | 'optionalDependencies', Record<string, string>>

const ROOT = fileURLToPath(new URL('../../..', import.meta.url))
const read = (path: string): string => readFileSync(ROOT + path, 'utf8')
const manifest = JSON.parse(read('package.json')) as Manifest
const locked = Object.entries((JSON.parse(read('package-lock.json')) as { packages: Record<string, Locked> }).packages)

/** Below these, known advisories hold; beside each, the one that sets it. */
const FLOORS: Record<string, [string, string]> = {
  next: ['16.2.6', 'CVE-2026-44578: upgrades of absolute targets'],
  react: ['19.2.1', 'CVE-2025-55182: server components'],
  'react-dom': ['19.2.1', 'CVE-2025-55182: server components'],
  'socket.io': ['4.8.0', 'the line with engine.io 6.6'],
  'socket.io-parser': ['4.2.6', 'CVE-2026-33151: attachments'],
  'engine.io': ['6.6.9', 'CVE-2026-45736, CVE-2026-48779: fragments'],
  ws: ['8.21.0', 'CVE-2026-48779: fragments'],
  hono: ['4.10.3', 'origins and bodies'],
}
/** Packages that would like to run a script at their installation, and work without: the project installs with --ignore-scripts. */
const WITH_SCRIPTS = ['cpu-features', 'protobufjs', 'ssh2']

function isAtLeast(version: string, floor: string): boolean {
  const [have, least] = [version, floor].map((text) => (text.split('-')[0] ?? '').split('.').map(Number))
  for (const index of [0, 1, 2]) {
    const difference = (have?.[index] ?? 0) - (least?.[index] ?? 0)
    if (difference !== 0) return difference > 0
  }
  return !version.includes('-')
}

const copiesOf = (name: string): [string, string][] =>
  locked.flatMap(([path, { version }]) => (path.endsWith(`node_modules/${name}`) && version ? [[path, version]] : []))

describe('the lockfile', () => {
  test.each(Object.entries(FLOORS))('has every copy of %s at or above its floor', (name, [floor, why]) => {
    const copies = copiesOf(name)
    expect(copies.length).toBeGreaterThan(0)
    for (const [path, version] of copies)
      expect(isAtLeast(version, floor), `${path} ${version} < ${floor}: ${why}`).toBe(true)
  })

  test('has a hash for whatever is fetched on this platform', () => {
    const fetched = locked.filter(([path, { optional }]) => path !== '' && !optional)
    expect(fetched.filter(([, { integrity }]) => !integrity?.startsWith('sha512-')).map(([path]) => path)).toEqual([])
  })

  test('names no place to fetch from but the registry that npm is set to', () => {
    const elsewhere = locked.filter(
      ([, { resolved }]) => resolved !== undefined && !resolved.startsWith('https://registry.npmjs.org/'),
    )
    expect(elsewhere.map(([path]) => path)).toEqual([])
  })

  test('installs no package under the name of another, but for the known one', () => {
    const renamed = locked.filter(([path, { name }]) => path !== '' && name !== undefined)
    expect(renamed.map(([path, { name }]) => `${path} is ${name}`)).toEqual(['node_modules/ajv is @redocly/ajv'])
  })

  test('has no package with an install script beyond the known ones', () => {
    const scripted = locked
      .filter(([, { hasInstallScript }]) => hasInstallScript)
      .map(([path]) => path.split('node_modules/').at(-1))
    expect(scripted.filter((name) => !WITH_SCRIPTS.includes(name ?? ''))).toEqual([])
  })
})

test('every dependency is one exact version, at most twenty of them at run time', () => {
  const { dependencies, devDependencies, optionalDependencies } = manifest
  for (const [name, version] of Object.entries({ ...dependencies, ...devDependencies, ...optionalDependencies }))
    expect(version, name).toMatch(/^\d+\.\d+\.\d+$/)
  expect(Object.keys(dependencies).length).toBeLessThanOrEqual(20)
})

test('the Node that comes with it is of line 24', () => {
  for (const [name, version] of Object.entries(manifest.optionalDependencies)) expect(version, name).toMatch(/^24\./)
})

test('images stand on nginx 1.30 and node 24, named by build arguments', () => {
  const images = ['deploy/front-door', 'deploy/docker-gate', 'deploy/dashboard', 'service'].map((folder) =>
    read(`${folder}/Dockerfile`),
  )
  const bases = images.flatMap((text) => [...text.matchAll(/^ARG [A-Z]+_IMAGE=(\S+)$/gm)].map(([, base]) => base))
  expect(bases.toSorted()).toEqual(['nginx:1.30', 'node:24-slim', 'node:24-slim', 'node:24-slim'])
  for (const text of images)
    for (const [, from] of text.matchAll(/^FROM (\S+)/gm)) expect(from).toMatch(/^(\$\{(NGINX|NODE)_IMAGE\}|packages)$/)
})

test.each([
  ['16.4.6', '16.2.6', true],
  ['16.2.5', '16.2.6', false],
  ['16.10.0', '16.9.9', true],
  ['17.0.0', '16.2.6', true],
  ['16.2.6-canary.1', '16.2.6', false],
])('%s is at least %s: %s', (version, floor, holds) => expect(isAtLeast(version, floor)).toBe(holds))
