import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { type AddressInfo, connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createServer, type Server } from 'node:tls'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { findProject } from '#lib/cluster/docker/find-project.ts'
import { FakeEngine } from './fake-engine.ts'

const folder = mkdtempSync(join(tmpdir(), 'docker-tls-'))
const openssl = (...args: string[]): void => {
  execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' })
}

/** An authority, and a certificate by it for the server (127.0.0.1) and one for the client, as dockerd's own guide makes them. */
function makeCertificates(): void {
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']
  openssl('req', '-x509', ...key, '-keyout', 'ca-key.pem', '-out', 'ca.pem', '-days', '2', '-subj', '/CN=test-ca')
  for (const [name, subject] of [
    ['server', '/CN=127.0.0.1'],
    ['client', '/CN=client'],
  ] as const) {
    const file = name === 'client' ? '' : `${name}-`
    openssl(
      'req',
      ...key,
      '-keyout',
      `${file}key.pem`,
      '-out',
      `${name}.csr`,
      '-subj',
      subject,
      '-addext',
      'subjectAltName=IP:127.0.0.1',
    )
    const signer = [
      '-CA',
      'ca.pem',
      '-CAkey',
      'ca-key.pem',
      '-CAcreateserial',
      '-days',
      '2',
      '-copy_extensions',
      'copy',
    ]
    openssl('x509', '-req', '-in', `${name}.csr`, ...signer, '-out', `${file}cert.pem`)
  }
}

function hasOpenssl(): boolean {
  try {
    openssl('version')
    return true
  } catch {
    process.stderr.write('There is no openssl here: the engine behind TLS is not tested.\n')
    return false
  }
}

describe.runIf(hasOpenssl())('an engine behind TLS', () => {
  const engine = new FakeEngine()
  let server: Server
  let dockerHost: string
  beforeAll(async () => {
    makeCertificates()
    await engine.listen()
    engine.add('front-door', 9)
    engine.add('backend', 1)
    const read = (name: string) => readFileSync(join(folder, name))
    const options = { ca: read('ca.pem'), cert: read('server-cert.pem'), key: read('server-key.pem') }
    server = createServer({ ...options, requestCert: true, rejectUnauthorized: true }, (caller) => {
      const inside = connect(engine.path)
      for (const one of [caller, inside]) one.on('error', () => undefined)
      caller.pipe(inside).pipe(caller)
    })
    server.on('tlsClientError', () => undefined)
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    dockerHost = `tcp://127.0.0.1:${(server.address() as AddressInfo).port}`
  })
  afterAll(async () => {
    server?.close()
    await engine.die()
    rmSync(folder, { recursive: true, force: true })
  })

  test('is found with the certificates of DOCKER_CERT_PATH, and its ports are those of its host', async () => {
    const found = await findProject({ project: 'shop', dockerHost, certPath: folder, tls: true })
    if (!found.found) throw new Error(found.why)
    expect(found.engine.host).toBe('127.0.0.1')
    found.engine.close()
  })

  test('is not believed without the authority, nor does it let anybody in without a certificate', async () => {
    const found = await findProject({ project: 'shop', dockerHost, tls: true })
    expect(found).toMatchObject({ found: false, why: expect.stringMatching(/does not answer: .*certificate/) })
  })

  test('is not spoken to in clear text by accident', async () => {
    const found = await findProject({ project: 'shop', dockerHost: dockerHost.replace('tcp:', 'https:') })
    expect(found).toMatchObject({ found: false })
  })
})
