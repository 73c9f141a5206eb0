import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, statSync } from 'node:fs'
import { posix } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('..', import.meta.url))

/** One import: the file it names, as a path from the root, or the package. */
export type Import = { from: string; typesOnly: boolean }
/** `folder` is the first folder, within lib the first two. */
export type Source = { path: string; folder: string; text: string; imports: Import[] }

/** Every file that git has or would take. */
export const tracked = (): string[] =>
  execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], { cwd: ROOT, encoding: 'utf8' })
    .split('\n')
    .filter((path) => path !== '' && existsSync(ROOT + path))

export const folderOf = (path: string): string => {
  const [first = '', second = ''] = path.split('/')
  return first === 'lib' ? `lib/${second}` : first
}

const STATEMENT = /^(import|export)\s+(type\s+)?(?:([^'"]*?)\sfrom\s+)?['"]([^'"]+)['"]/gm
const DYNAMIC = /\bimport\(\s*['"]([^'"]+)['"]/g

const onlyTypes = (names: string): boolean => {
  const inner = /^\s*\{([^}]*)\}\s*$/.exec(names)?.[1]
  const parts = inner?.split(',').filter((part) => part.trim() !== '')
  return parts !== undefined && parts.length > 0 && parts.every((part) => part.trim().startsWith('type '))
}

const resolve = (path: string, specifier: string): string => {
  if (specifier.startsWith('#')) return specifier.slice(1)
  return specifier.startsWith('.') ? posix.join(posix.dirname(path), specifier) : specifier
}

const readSource = (path: string): Source => {
  const text = readFileSync(ROOT + path, 'utf8')
  const imports = [
    ...[...text.matchAll(STATEMENT)].map((match) => ({
      from: resolve(path, match[4] ?? ''),
      typesOnly: match[2] !== undefined || onlyTypes(match[3] ?? ''),
    })),
    ...[...text.matchAll(DYNAMIC)].map((match) => ({ from: resolve(path, match[1] ?? ''), typesOnly: false })),
  ]
  return { path, folder: folderOf(path), text, imports }
}

export const readSources = (): Source[] =>
  tracked()
    .filter((path) => /\.(ts|tsx|js|mjs)$/.test(path) && statSync(ROOT + path).isFile())
    .map(readSource)
