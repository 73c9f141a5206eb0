import { describe, expect, test } from 'vitest'
import { type TarFile, tar } from '#lib/compose/tar.ts'
import { HOSTILE_CONFIGURATIONS, inMain, NGINX_FILE } from '../unit/docker-gate/configurations.ts'
import { until } from '../until.ts'
import { askGate } from './ask-gate.ts'
import type { DockerVictim } from './docker-victim.ts'

const FOLDER = '/var/lib/front-door'
const PUT = /^PUT .*\/archive\?/
/** The header of a shared library for x86-64, as far as a loader looks before it complains. */
const LIBRARY = '\x7fELF\x02\x01\x01'

const archive = (...files: Partial<TarFile>[]): Buffer =>
  tar(files.map((file) => ({ name: 'lease', text: 'x', uid: 101, gid: 101, ...file })))
const edited = (bytes: Buffer, at: number, value: string): Buffer => {
  bytes.write(value, at, 'latin1')
  return bytes
}

const ARCHIVES: Readonly<Record<string, Buffer>> = {
  'an uploaded module': archive({ name: 'x.so', text: LIBRARY }),
  'a module under the name of a configuration': archive({ name: 'nginx.conf', text: LIBRARY }),
  'a script': archive({ name: 'start.sh', text: '#!/bin/sh\nid\n' }),
  'a script for njs': archive({ name: 'main.js', text: 'export default {}' }),
  'an executable': edited(archive({ name: 'nginx.conf', text: NGINX_FILE }), 100, '0000755'),
  'a set-uid file': edited(archive({ name: 'nginx.conf', text: NGINX_FILE }), 100, '0004755'),
  'a thousand files': archive(...Array.from({ length: 1_000 }, (_, index) => ({ name: `f${index}` }))),
  'a name twice': archive({ name: 'nginx.conf', text: NGINX_FILE }, { name: 'nginx.conf', text: NGINX_FILE }),
  'a huge configuration': archive({ name: 'nginx.conf', text: `${'#\n'.repeat(60_000)}${NGINX_FILE}` }),
  'a huge archive': archive({ name: 'nginx.conf', text: '#'.repeat(2_000_000) }),
  'a lease with more lines': archive({ name: 'lease', text: 'ab12cd ab12cd-1\nid\n' }),
  'a link': edited(edited(archive({ name: 'lease', text: '' }), 156, '2'), 157, '/etc/passwd'),
  'a way out of the folder': archive({ name: '../../../etc/x' }),
}

/** What a dashboard that was taken over could try to put into the front door's volume. */
export function volumeAttacks(victim: DockerVictim): void {
  const frontDoor = (): string => `${victim.compose().name}-front-door-1`
  const docker = (...args: string[]) => victim.compose().docker(...args)
  let id = ''
  const put = async (body: Buffer): Promise<number | null> => {
    id ||= (await docker('inspect', '-f', '{{.Id}}', frontDoor())).trim()
    return askGate(victim.gateSocket(), 'PUT', `/containers/${id}/archive?path=${FOLDER}`, body)
  }
  /** Names, modes and contents, but for the lease, which the dashboard renews. */
  const volume = (): Promise<string> =>
    docker('exec', frontDoor(), 'sh', '-c', `cd ${FOLDER} && stat -c '%n %a %u' * && cat nginx.conf candidate.conf`)

  const expectRefused = async (...bodies: Buffer[]): Promise<void> => {
    const before = await volume()
    for (const body of bodies) expect([403, 413]).toContain(await put(body))
    expect(await volume()).toBe(before)
    // Every archive that reached the engine came from the dashboard: its leases.
    const puts = (calls: string[]): number => calls.filter((call) => PUT.test(call)).length
    const reached = () => puts(victim.behind().calls())
    const sent = () => puts(victim.recorder().calls())
    await until('no lease is on its way', () => reached() >= sent())
    expect(reached()).toBe(sent())
    expect(victim.behind().acts()).toEqual([])
  }

  describe("what is put into the front door's volume", () => {
    test.each(Object.entries(ARCHIVES))('is not %s', async (_what, body) => {
      await expectRefused(body)
    })

    test('is no configuration that reads files, runs code, or sends requests elsewhere', async () => {
      for (const name of ['candidate.conf', 'nginx.conf'])
        await expectRefused(...Object.values(HOSTILE_CONFIGURATIONS).map((text) => archive({ name, text })))
    })

    test('is no module that the check of a candidate would load', async () => {
      const text = inMain(`load_module ${FOLDER}/x.so;`)
      await expectRefused(
        edited(archive({ name: 'x.so', text: LIBRARY }, { name: 'candidate.conf', text }), 100, '0000755'),
      )
      await expectRefused(archive({ name: 'candidate.conf', text }))
      // The check that may be run finds neither.
      const checked = docker('exec', frontDoor(), 'nginx', '-t', '-p', FOLDER, '-c', 'candidate.conf')
      expect(await checked).not.toContain('x.so')
    })
  })
}
