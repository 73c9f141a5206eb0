import { accessSync, constants, statSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { chromium } from '@playwright/test'
import { runCommand } from './run-command.ts'

/** What a browser under test must not do: reach for anything that is not the page under test. */
export const BROWSER_ARGS = [
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-quic',
  '--no-first-run',
  ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
]

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome']
/** The same engine without a browser around it, where there is one: a context costs a fifth of the processor time. */
export const SHELL_FIRST = ['chromium-headless-shell', 'chrome-headless-shell', ...NAMES]
const PLAYWRIGHT_CLI = new URL('../node_modules/@playwright/test/cli.js', import.meta.url).pathname

export type FoundBrowser = { path: string; how: string }
export type NoBrowser = { path: null; reason: string }

const isProgram = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK)
    return statSync(path).isFile()
  } catch {
    return false
  }
}

const onPath = (names: readonly string[]): string | null => {
  for (const folder of (process.env.PATH ?? '').split(delimiter))
    for (const name of names) if (folder !== '' && isProgram(join(folder, name))) return join(folder, name)
  return null
}

/** Whether it really starts: a browser that lacks a library of its machine is no browser. */
async function starts(path: string | null): Promise<boolean> {
  if (path === null || !isProgram(path)) return false
  try {
    const browser = await chromium.launch({ executablePath: path, args: BROWSER_ARGS, timeout: 30_000 })
    await browser.close()
    return true
  } catch {
    return false
  }
}

/**
 * Finds a Chromium that starts, else installs one: CHROMIUM, the PATH, Playwright's own, Playwright's download, Debian's package.
 * `say` hears what is done to the machine; `names` are looked for on the PATH.
 */
export async function findOrInstallBrowser(
  say: (line: string) => void,
  names: readonly string[] = NAMES,
): Promise<FoundBrowser | NoBrowser> {
  const named = process.env.CHROMIUM
  if (named !== undefined && named !== '') {
    if (await starts(named)) return { path: named, how: 'named by CHROMIUM' }
    return { path: null, reason: `CHROMIUM names ${named}, which does not start` }
  }
  const found = onPath(names)
  if (found !== null && (await starts(found))) return { path: found, how: 'found on the PATH' }
  const own = chromium.executablePath()
  if (await starts(own)) return { path: own, how: "Playwright's own" }

  say('no browser found: running "npx playwright install chromium"')
  await runCommand(process.execPath, [PLAYWRIGHT_CLI, 'install', 'chromium'], { limitMs: 120_000 })
  if (await starts(own)) return { path: own, how: 'installed by Playwright just now' }

  const apt = onPath(['apt-get'])
  if (apt !== null && process.getuid?.() === 0) {
    say('no download from Playwright: running "apt-get install chromium"')
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
    await runCommand(apt, ['update', '-qq'], { env, limitMs: 120_000 })
    const install = ['install', '-y', '-qq', '--no-install-recommends', 'chromium']
    await runCommand(apt, install, { env, limitMs: 240_000 })
    const installed = onPath(names)
    if (installed !== null && (await starts(installed)))
      return { path: installed, how: 'installed by apt-get just now' }
  }
  return {
    path: null,
    reason:
      'no Chromium starts here and none could be installed: install one, or name it in CHROMIUM=/path/to/chromium, and run this again',
  }
}
