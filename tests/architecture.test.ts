import { expect, test } from 'vitest'
import { folderOf, readSources, tracked } from './sources.ts'

// The house of the design: which folders there are, which arrows may be drawn between them, and who alone touches an outside power.
const TOP_LEVEL = new Set([
  ...['app', 'components', 'lib', 'service', 'deploy', 'public', 'tests', 'bench', 'docs'],
  ...['next.config.js', 'package.json', 'package-lock.json', 'tsconfig.json', 'biome.json', 'README.md', 'LICENSE'],
  ...['DEVELOPERS.md', 'CHANGELOG.md', 'SECURITY.md'],
])

const DOMAIN = ['lib/protocol', 'lib/concurrency', 'lib/config/environment.ts']

/** What a folder may import besides itself and packages: folders, or single files of one. Arrows point one way: protocol <- the middle <- components and server. */
const ARROWS: Record<string, string[]> = {
  'lib/protocol': [],
  // Waiting, telling listeners: what Node lacks and no domain word is in.
  'lib/concurrency': [],
  'lib/algorithm': ['lib/protocol'],
  'lib/analysis': ['lib/protocol', 'lib/algorithm'],
  'lib/diagram': ['lib/protocol'],
  'lib/client': ['lib/protocol', 'lib/analysis'],
  'lib/traffic': ['lib/protocol', 'lib/analysis'],
  // A cluster is backends and a front door that are kept in step.
  'lib/cluster': [...DOMAIN, 'lib/front-door', 'lib/guardian', 'lib/compose'],
  'lib/front-door': [...DOMAIN, 'lib/algorithm', 'lib/guardian', 'lib/compose'],
  // Kills what a dead dashboard leaves: child processes of cluster and front door alike.
  'lib/guardian': ['lib/concurrency', 'lib/config/environment.ts'],
  // What is known of a Compose project: labels, names, the clone of a sibling, the front door's volume. The gate ships with it.
  'lib/compose': [],
  'lib/docker-gate': ['lib/compose'],
  'lib/config': ['lib/protocol'],
  'lib/server': [
    ...[
      'lib/protocol',
      'lib/concurrency',
      'lib/algorithm',
      'lib/analysis',
      'lib/traffic',
      'lib/cluster',
      'lib/front-door',
    ],
    ...['lib/guardian', 'lib/compose', 'lib/config'],
  ],
  components: ['lib/protocol', 'lib/algorithm', 'lib/analysis', 'lib/diagram', 'lib/client'],
  app: ['components'],
  service: [],
}

/** Entries of processes of their own, which read their few variables themselves. */
const PROCESS_ENTRIES =
  /^(service\/|lib\/docker-gate\/|lib\/[a-z-]+\/[a-z-]*(guardian-process|child|worker|entry)[a-z-]*\.ts$)/
/** Values, not only types, that browser code may take from the protocol: pure constants and codecs. */
const PURE_PROTOCOL = /^(frame|run-file|sample-record|read-sample|limits|model|events|configuration)$/
const BROWSER_FOLDERS = new Set(['app', 'components', 'lib/client', 'lib/diagram'])
/** Next asks for a default export in these; so do the tools that load a configuration. */
const DEFAULT_EXPORT =
  /^(app\/.*\/?(page|layout|error|global-error|not-found|loading|template|icon|manifest)\.tsx?|app\/postcss\.config\.\w+|next\.config\.js|tests\/(vitest|playwright)\.config\.ts)$/
const MAX_LINES = 220

const sources = readSources()
const product = sources.filter((source) => source.folder in ARROWS)
const inProject = (path: string): boolean => /^(app|components|lib|service|tests|bench)\//.test(path)
const mayImport = (folder: string, path: string): boolean =>
  ARROWS[folder]?.some((allowed) => allowed === folderOf(path) || allowed === path) ?? false
const complaints = (found: Iterable<string>): string => [...found].join('\n')

test('the top level holds only what the design names', () => {
  const top = new Set(tracked().map((path) => path.split('/')[0] ?? ''))
  const strangers = [...top].filter((entry) => !entry.startsWith('.') && !TOP_LEVEL.has(entry))
  expect(
    complaints(strangers.map((entry) => `${entry}: put it into one of the folders that exist; the top level is fixed`)),
  ).toBe('')
})

test('every folder of lib is one that the design names', () => {
  const strangers = [...new Set(sources.map((source) => source.folder))].filter(
    (folder) => folder.startsWith('lib/') && !(folder in ARROWS),
  )
  expect(complaints(strangers.map((folder) => `${folder}: not in the house; find the folder whose idea this is`))).toBe(
    '',
  )
})

test('arrows between folders point one way', () => {
  const wrong = product.flatMap((source) =>
    source.imports
      .filter(({ from }) => inProject(from))
      .filter(({ from }) => folderOf(from) !== source.folder && !mayImport(source.folder, from))
      .map(
        ({ from }) =>
          `${source.path} imports ${from}: ${source.folder} may import ${ARROWS[source.folder]?.join(', ') || 'nothing of the project'}; ` +
          'pass the thing in as an argument, or move what both need to where both may look',
      ),
  )
  expect(complaints(wrong)).toBe('')
})

test('no module imports itself by a detour', () => {
  const graph = new Map(
    product.map((source) => [
      source.path,
      source.imports.filter((one) => !one.typesOnly && inProject(one.from)).map((one) => one.from),
    ]),
  )
  const cycles = new Set<string>()
  const done = new Set<string>()
  const walk = (path: string, trail: string[]): void => {
    const seenAt = trail.indexOf(path)
    if (seenAt >= 0) cycles.add(`${[...trail.slice(seenAt), path].join(' -> ')}: move what both need into a third file`)
    if (seenAt >= 0 || done.has(path)) return
    for (const next of graph.get(path) ?? []) walk(next, [...trail, path])
    done.add(path)
  }
  for (const path of graph.keys()) walk(path, [])
  expect(complaints(cycles)).toBe('')
})

test.each([
  ['dockerode', 'ask the module that speaks to the engine'],
  ['socket.io-client', 'use the store and the hooks of lib/client'],
  ['socket.io', 'use the emitter of lib/server'],
])('one file alone imports %s', (name, instead) => {
  const users = product.filter((source) => source.imports.some((one) => one.from === name && !one.typesOnly))
  expect(
    users.length,
    `${users.map((source) => source.path).join(', ')} import ${name}: one file does; ${instead}`,
  ).toBeLessThanOrEqual(1)
})

test('only lib/config reads the environment and the arguments', () => {
  const readers = product.filter(
    (source) =>
      source.folder.startsWith('lib/') &&
      source.folder !== 'lib/config' &&
      !PROCESS_ENTRIES.test(source.path) &&
      /process\.(env|argv)\b/.test(source.text),
  )
  const browsers = product.filter((source) => BROWSER_FOLDERS.has(source.folder) && /process\.env\b/.test(source.text))
  expect(
    complaints(
      [...new Set([...readers, ...browsers])].map(
        (source) => `${source.path}: take it as an argument that came from lib/config's settings`,
      ),
    ),
  ).toBe('')
})

test('browser code imports neither Node nor what runs on the server', () => {
  const serverOnly = /^(node:|lib\/(server|cluster|traffic|front-door|docker-gate|config)\/|zod$)/
  const wrong = product
    .filter((source) => BROWSER_FOLDERS.has(source.folder))
    .flatMap((source) =>
      source.imports
        .filter((one) => {
          if (serverOnly.test(one.from)) return one.from.startsWith('node:') || !one.typesOnly
          const protocol = /^lib\/protocol\/([a-z-]+)\.ts$/.exec(one.from)?.[1]
          return protocol !== undefined && !one.typesOnly && !PURE_PROTOCOL.test(protocol)
        })
        .map(
          (one) =>
            `${source.path} imports ${one.from}: use "import type", or get it over the socket or the HTTP interface`,
        ),
    )
  expect(complaints(wrong)).toBe('')
})

test('the service and the docker gate ship alone', () => {
  const wrong = product
    .filter((source) => source.folder === 'service' || source.folder === 'lib/docker-gate')
    .flatMap((source) =>
      source.imports
        .filter((one) => !one.from.startsWith('node:') && folderOf(one.from) !== source.folder)
        .filter((one) => source.folder !== 'lib/docker-gate' || folderOf(one.from) !== 'lib/compose')
        .map((one) => `${source.path} imports ${one.from}: its image holds Node and its own files only`),
    )
  expect(complaints(wrong)).toBe('')
})

test('exports are named, and no file only passes on the exports of others', () => {
  const defaults = sources.filter(
    (source) => /^export default\b/m.test(source.text) && !DEFAULT_EXPORT.test(source.path),
  )
  const barrels = product.filter((source) => {
    const code = source.text.replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '').trim()
    return (
      /(^|\/)index\.tsx?$/.test(source.path) || (code !== '' && /^(export\s[^;]*?\sfrom\s+'[^']+'\s*)+$/.test(code))
    )
  })
  expect(
    complaints([
      ...defaults.map((source) => `${source.path} has a default export: name it; only Next and tools want default`),
      ...barrels.map((source) => `${source.path} is a barrel: import from the file that has the thing`),
    ]),
  ).toBe('')
})

test('files are named in kebab-case and hold one idea', () => {
  const named = sources.filter((source) => !/^[a-z0-9.[\]()/-]+$/.test(source.path.replace(/^\.ci\//, '')))
  const vague = product.filter((source) =>
    /(^|[/-])(utils?|managers?|helpers?|data|info|misc)\.tsx?$/.test(source.path),
  )
  const long = sources
    .map((source) => ({ path: source.path, lines: source.text.trimEnd().split('\n').length }))
    .filter((source) => source.lines > MAX_LINES)
  expect(
    complaints([
      ...named.map((source) => `${source.path}: name it in kebab-case`),
      ...vague.map((source) => `${source.path}: name it by what it does; that word says nothing`),
      ...long.map(({ path, lines }) => `${path} has ${lines} lines, at most ${MAX_LINES}: split it by idea`),
    ]),
  ).toBe('')
})

test('nothing is left to do in a comment, and no check is switched off', () => {
  const marks = /\b(TO[D]O|FIX[M]E|X{3}|@ts-(ignore|nocheck|expect-error))\b/
  const marked = sources.filter((source) => marks.test(source.text))
  expect(complaints(marked.map((source) => `${source.path}: do it, or write an issue`))).toBe('')
})
