import { mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { whyBuild } from '#lib/server/build.ts'

let dir = ''

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'robinscope-build-'))
})
afterEach(() => rm(dir, { recursive: true }))

/** A file that was written at this second. */
async function write(path: string, atS: number): Promise<void> {
  await mkdir(join(dir, path, '..'), { recursive: true })
  await writeFile(join(dir, path), '')
  await utimes(join(dir, path), atS, atS)
  for (let folder = join(path, '..'); folder !== '.'; folder = join(folder, '..')) await utimes(join(dir, folder), 1, 1)
}

describe('the page is built', () => {
  it('when there is no build yet', async () => {
    await write('app/page.tsx', 100)
    expect(await whyBuild(dir)).toContain('no build')
  })

  it('when a source is newer than the build', async () => {
    await write('.next/BUILD_ID', 200)
    await write('app/page.tsx', 100)
    await write('lib/client/store.ts', 300)
    expect(await whyBuild(dir)).toContain('newer')
  })

  it('not when the build is the newest', async () => {
    await write('.next/BUILD_ID', 200)
    await write('app/page.tsx', 100)
    await write('lib/client/store.ts', 100)
    expect(await whyBuild(dir)).toBeNull()
  })

  it('not in an image, which has the build and nothing to build it from, whatever the times of its files', async () => {
    await write('.next/BUILD_ID', 200)
    await write('lib/client/store.ts', 300)
    expect(await whyBuild(dir)).toBeNull()
  })
})
