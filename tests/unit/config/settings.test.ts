import { describe, expect, it } from 'vitest'
import { SettingsError } from '#lib/config/flags.ts'
import { readSettings } from '#lib/config/settings.ts'

describe('settings', () => {
  it('have the defaults of the contract', () => {
    expect(readSettings({}, [])).toMatchObject({
      PORT: 3000,
      HOST: '127.0.0.1',
      FRONT_DOOR_PORT: 8080,
      ROBINSCOPE_CLUSTER: 'auto',
      ROBINSCOPE_PROJECT: 'robinscope',
      ROBINSCOPE_REPLICAS: 2,
      LOG_LEVEL: 'info',
      isExposed: false,
    })
  })

  it('make a token of their own at each start', () => {
    const [one, other] = [readSettings({}, []).token, readSettings({}, []).token]
    expect(one).not.toBe(other)
    expect(one.length).toBeGreaterThanOrEqual(32)
  })

  it('take flags over the environment', () => {
    const settings = readSettings({ PORT: '1', ROBINSCOPE_CLUSTER: 'docker' }, ['--port', '2', '--cluster', 'embedded'])
    expect(settings).toMatchObject({ PORT: 2, ROBINSCOPE_CLUSTER: 'embedded' })
  })

  it.each([
    [{ PORT: 'x' }, 'PORT=x'],
    [{ PORT: '70000' }, 'PORT=70000'],
    [{ ROBINSCOPE_CLUSTER: 'swarm' }, 'ROBINSCOPE_CLUSTER=swarm'],
    [{ ROBINSCOPE_PROJECT: '../x' }, 'ROBINSCOPE_PROJECT=../x'],
    [{ ROBINSCOPE_REPLICAS: '51' }, 'ROBINSCOPE_REPLICAS=51'],
    [{ DOCKER_HOST: 'file:///etc' }, 'DOCKER_HOST'],
  ])('%j is refused and named', (environment, name) => {
    expect(() => readSettings(environment as Record<string, string>, [])).toThrow(SettingsError)
    expect(() => readSettings(environment as Record<string, string>, [])).toThrow(name)
  })

  it.each(['unix:///s', 'npipe:////./pipe/x', 'tcp://h:1', 'https://h', 'ssh://me@h'])(
    'the engine may be at %s',
    (host) => {
      expect(readSettings({ DOCKER_HOST: host, DOCKER_TLS_VERIFY: '' }, []).DOCKER_HOST).toBe(host)
    },
  )

  it.each([
    [['--prot', '1'], 'There is no flag --prot. Did you mean --port?'],
    [['--follow-me=yes'], 'There is no flag --follow-me. "npm'],
    [['--port'], '--port needs a value'],
    [['--port', '--host', 'x'], '--port needs a value'],
    [['-p', '1'], 'There is no flag -p.'],
    [['3000'], 'Word 1 after "npm start --" belongs to no flag'],
  ])('%j is refused with what is wrong', (flags, words) => {
    expect(() => readSettings({}, flags)).toThrow(SettingsError)
    expect(() => readSettings({}, flags)).toThrow(words)
  })
})

describe('a secret', () => {
  const refusal = (environment: Record<string, string>, flags: string[] = []): string => {
    try {
      readSettings(environment, flags)
      return 'taken'
    } catch (error) {
      return error instanceof SettingsError ? error.message : String(error)
    }
  }

  it.each([
    ['a token that is too short', { ROBINSCOPE_TOKEN: 'hunter2' }, []],
    ['a token with a space', { ROBINSCOPE_TOKEN: 'hunter2 hunter2 hunter2' }, []],
    ['a token that is too long', { ROBINSCOPE_TOKEN: 'hunter2'.repeat(40) }, []],
    ['a token as a flag', {}, ['--token=hunter2']],
    ['a token after another flag', {}, ['--tokn', 'hunter2-hunter2-hunter2']],
    ['a flag that is the token', {}, ['--hunter2_hunter2_hunter2']],
    ['a token as a word of its own', {}, ['--token=', 'hunter2']],
    [
      'a token in the wrong setting',
      { ROBINSCOPE_TOKEN: 'hunter2-hunter2-hunter2', PORT: 'hunter2-hunter2-hunter2' },
      [],
    ],
    ['a password in DOCKER_HOST', { DOCKER_HOST: 'ftp://me:hunter2@h' }, []],
    ['a password in a name', { ROBINSCOPE_ALLOWED_HOSTS: 'https://me:hunter2@lab' }, []],
    ['a token in a name', { ROBINSCOPE_ALLOWED_HOSTS: 'lab:3000/?token=hunter2' }, []],
    ['the token of a wide bind', { HOST: '0.0.0.0', ROBINSCOPE_TOKEN: 'hunter2-hunter2-hunter2' }, []],
  ] as [string, Record<string, string>, string[]][])('is not printed: %s', (_name, environment, flags) => {
    const words = refusal(environment, flags)
    expect(words).not.toBe('taken')
    expect(words).not.toContain('hunter2')
  })

  it('is named, with what it has to be', () => {
    expect(refusal({ ROBINSCOPE_TOKEN: 'hunter2' })).toContain(
      'ROBINSCOPE_TOKEN (its value is not shown): 16 to 200 letters, digits and signs, without spaces',
    )
  })

  it('what is no secret is shown on one short line', () => {
    expect(refusal({ ROBINSCOPE_PROJECT: `A\u001b[31m\n${'x'.repeat(1_000)}` })).toMatch(
      /^A setting cannot be used\. ROBINSCOPE_PROJECT=A\?\[31m\?x{53}: small/,
    )
  })
})

describe('a bind beyond loopback', () => {
  const everywhere = { HOST: '0.0.0.0' }
  const token = 'sixteen-characters'

  it('is refused without allowed hosts and a token, with the way out', () => {
    for (const added of [{}, { ROBINSCOPE_TOKEN: token }, { ROBINSCOPE_ALLOWED_HOSTS: 'lab:3000' }]) {
      expect(() => readSettings({ ...everywhere, ...added }, [])).toThrow('ROBINSCOPE_ALLOWED_HOSTS')
    }
  })

  it.each(['0.0.0.0', '::', '192.168.1.5', 'lab'])('HOST=%s is exposed', (HOST) => {
    const settings = readSettings({ HOST, ROBINSCOPE_TOKEN: token, ROBINSCOPE_ALLOWED_HOSTS: 'lab:3000' }, [])
    expect(settings).toMatchObject({ ROBINSCOPE_ALLOWED_HOSTS: ['lab:3000'], isExposed: true, token })
  })

  it.each(['127.0.0.1', '127.0.0.2', 'localhost', '::1'])('HOST=%s is not', (HOST) => {
    expect(readSettings({ HOST }, []).isExposed).toBe(false)
  })

  it.each([
    'lab:3000',
    'https://lab.example',
    'localhost:3000, lab:3000',
    '192.168.1.5:3000',
    'localhost.example:3000',
  ])('a proxy or a name beyond loopback exposes it, too: %s', (ROBINSCOPE_ALLOWED_HOSTS) => {
    expect(() => readSettings({ ROBINSCOPE_ALLOWED_HOSTS }, [])).toThrow('ROBINSCOPE_TOKEN')
    expect(readSettings({ ROBINSCOPE_ALLOWED_HOSTS, ROBINSCOPE_TOKEN: token }, []).isExposed).toBe(true)
  })

  it('further names of loopback leave it as it is', () => {
    const ROBINSCOPE_ALLOWED_HOSTS =
      'localhost:3001,127.0.0.1:3001,[::1]:3001,app.localhost:3001,https://localhost:8443'
    expect(readSettings({ ROBINSCOPE_ALLOWED_HOSTS }, []).isExposed).toBe(false)
  })

  it.each([
    'http://lab:3000',
    'https://',
    'https://lab/',
    'https://lab/path',
    'ws://lab',
    'lab:99999',
    'https://a b',
    '*',
  ])('%s is no name', (ROBINSCOPE_ALLOWED_HOSTS) => {
    expect(() => readSettings({ ROBINSCOPE_ALLOWED_HOSTS, ROBINSCOPE_TOKEN: token }, [])).toThrow(
      'https://name behind a TLS proxy',
    )
  })

  it('ROBINSCOPE_PUBLISHED=loopback counts in our Compose file alone', () => {
    const ROBINSCOPE_PUBLISHED = 'loopback'
    expect(readSettings({ HOST: 'dashboard-control', ROBINSCOPE_PUBLISHED }, []).isExposed).toBe(false)
    for (const HOST of ['0.0.0.0', '::', '192.168.1.5', '127.0.0.1']) {
      expect(() => readSettings({ HOST, ROBINSCOPE_PUBLISHED }, [])).toThrow('deploy/compose.yaml alone')
    }
  })
})
