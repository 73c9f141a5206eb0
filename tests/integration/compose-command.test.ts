import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runCommand } from '#tests/run-command.ts'

const ENTRY = fileURLToPath(new URL('../../lib/server/compose.ts', import.meta.url))

describe('npm run up and npm run down, where they cannot work', () => {
  let folder: string

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'path-'))
  })

  afterAll(() => rm(folder, { recursive: true }))

  /** A PATH whose `docker` answers to what the case says, if there is one. */
  async function run(script: string | null, ...words: string[]) {
    await rm(join(folder, 'docker'), { force: true })
    if (script !== null) {
      await writeFile(join(folder, 'docker'), `#!/bin/sh\n${script}\n`)
      await chmod(join(folder, 'docker'), 0o755)
    }
    return runCommand(process.execPath, [ENTRY, ...words], { env: { NODE_ENV: 'test', PATH: folder }, limitMs: 30_000 })
  }

  it.each(['up', 'down'])('%s without docker: says so, and what works without', async (word) => {
    const { code, output } = await run(null, word)
    expect(output).toMatch(/Docker is not installed.*npm start/)
    expect(code).toBe(1)
  })

  it('without the compose plugin: names it', async () => {
    const { code, output } = await run('[ "$1" = version ]', 'up')
    expect(output).toMatch(/Compose plugin is missing.*docker-compose-plugin/)
    expect(code).toBe(1)
  })

  it("without an engine: says so, with docker's own words", async () => {
    const { code, output } = await run('[ "$1" = compose ] || { echo "Cannot connect to it" >&2; exit 1; }', 'up')
    expect(output).toMatch(/No Docker engine answers[\s\S]*Cannot connect to it/)
    expect(code).toBe(1)
  })

  it('when compose fails: streams its words and fails', async () => {
    const { code, output } = await run('[ "$4" = up ] && { echo "no space left" >&2; exit 17; }; true', 'up')
    expect(output).toContain('no space left')
    expect(code).toBe(1)
  })

  it('with a setting that cannot be used: names it', async () => {
    const { code, output } = await run('true', 'up', '--port', '99999')
    expect(output).toContain('PORT')
    expect(code).toBe(1)
  })

  it('without a command: says what there is', async () => {
    const { code, output } = await run('true')
    expect(output).toContain('npm run up')
    expect(code).toBe(2)
  })
})
