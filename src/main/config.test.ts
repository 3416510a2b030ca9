import { describe, expect, it } from 'vitest'
import { readConfig } from './config.ts'
import { MainError } from './errors.ts'

function refusal(env: Record<string, string>): MainError {
  try {
    readConfig(env)
  } catch (error) {
    if (error instanceof MainError) return error
    throw error
  }
  throw new Error('was accepted')
}

describe('the configuration', () => {
  it('of an empty environment serves the evaluation profile on loopback', () => {
    expect(readConfig({})).toMatchObject({
      host: '127.0.0.1',
      port: 8080,
      tls: null,
      dataFolder: `${process.cwd()}/data`,
      trustedProxies: [],
      uploadBytes: 512 * 1024 * 1024,
      database: { url: null, ownerUrl: null },
      keys: { kind: null, module: null, token: null, pinFile: null },
      timestamps: { urls: [], deadlineMs: 10_000 },
      trust: null,
      netAllow: ['127.0.0.1'],
      logLevel: 'info',
    })
  })

  it('takes every variable of the contract', () => {
    const config = readConfig({
      PORT: '0',
      HOST: '0.0.0.0',
      ANKY_DATA: '/tmp/x',
      ANKY_PROFILE: 'evaluation',
      ANKY_TRUSTED_PROXY: '10.0.0.0/8, ::1',
      ANKY_UPLOAD_MIB: '8',
      ANKY_TLS_CERT_FILE: '/tls/cert.pem',
      ANKY_TLS_KEY_FILE: '/tls/key.pem',
      DATABASE_URL: 'postgres://anky@127.0.0.1:5432/anky',
      DATABASE_OWNER_URL: 'postgresql://owner@127.0.0.1/anky',
      ANKY_KEYS: 'pkcs11',
      ANKY_PKCS11_MODULE: '/usr/lib/module.so',
      ANKY_PKCS11_TOKEN: 'token',
      ANKY_PKCS11_PIN_FILE: '/pins/pin',
      ANKY_TSA_URLS: 'http://127.0.0.1:1/tsa,https://tsa.example/',
      ANKY_TSA_DEADLINE_MS: '500',
      ANKY_TRUST: '/trust',
      ANKY_NET_ALLOW: '127.0.0.1,tsa.local,10.1.0.0/16',
      VECTORS_DIR: '/vectors',
      LOG_LEVEL: 'debug',
    })
    expect(config).toEqual({
      host: '0.0.0.0',
      port: 0,
      tls: { certFile: '/tls/cert.pem', keyFile: '/tls/key.pem' },
      dataFolder: '/tmp/x',
      trustedProxies: ['10.0.0.0/8', '::1'],
      uploadBytes: 8 * 1024 * 1024,
      database: { url: 'postgres://anky@127.0.0.1:5432/anky', ownerUrl: 'postgresql://owner@127.0.0.1/anky' },
      keys: { kind: 'pkcs11', module: '/usr/lib/module.so', token: 'token', pinFile: '/pins/pin' },
      timestamps: { urls: ['http://127.0.0.1:1/tsa', 'https://tsa.example/'], deadlineMs: 500 },
      trust: '/trust',
      netAllow: ['127.0.0.1', 'tsa.local', '10.1.0.0/16'],
      logLevel: 'debug',
    })
  })

  it('counts an empty variable as not set', () => {
    expect(readConfig({ PORT: '', ANKY_KEYS: ' ', DATABASE_URL: '' })).toMatchObject({
      port: 8080,
      keys: { kind: null },
      database: { url: null, ownerUrl: null },
    })
  })

  it.each([
    ['ANKY_PORT', 'PORT'],
    ['ANKY_DATABASE_URL', 'DATABASE_URL'],
    ['ANKY_KEY', 'ANKY_KEYS'],
    ['ANKY_PKCS11_PIN', 'ANKY_PKCS11_PIN_FILE'],
    ['ANKY_TSA_URL', 'ANKY_TSA_URLS'],
    ['anky_data', 'ANKY_DATA'],
    ['ANKY_TRUSTED_PROXIES', 'ANKY_TRUSTED_PROXY'],
  ])('refuses %s, which is not known, and names %s', (name, nearest) => {
    const error = refusal({ [name]: 'x' })
    expect(error.code).toBe('ERR_CONFIG_UNKNOWN_VARIABLE')
    expect(error.message).toContain(name)
    expect(error.details).toEqual({ name, nearest })
    expect(error.messageVi).toContain(name)
  })

  it.each([
    { PORT: '65536' },
    { PORT: '-1' },
    { PORT: '80a' },
    { PORT: '8e3' },
    { HOST: 'http://127.0.0.1' },
    { ANKY_UPLOAD_MIB: '0' },
    { ANKY_UPLOAD_MIB: '1.5' },
    { ANKY_UPLOAD_MIB: '2048' },
    { ANKY_KEYS: 'hsm' },
    { ANKY_PROFILE: 'prod' },
    { ANKY_TSA_DEADLINE_MS: '10s' },
    { ANKY_TSA_URLS: 'tsa.example' },
    { ANKY_TSA_URLS: 'ftp://tsa.example' },
    { ANKY_TRUSTED_PROXY: 'proxy.local' },
    { ANKY_TRUSTED_PROXY: '10.0.0.0/33' },
    { ANKY_TRUSTED_PROXY: '10.0.0.0/8/8' },
    { ANKY_NET_ALLOW: 'http://host' },
    { DATABASE_URL: 'mysql://host/db' },
    { LOG_LEVEL: 'verbose' },
  ] as Record<string, string>[])('refuses %j and names the variable', (env) => {
    const [name] = Object.keys(env)
    const error = refusal(env)
    expect(error.code).toBe('ERR_CONFIG_INVALID')
    expect(error.message).toContain(name!)
    expect(error.messageVi).toContain(name!)
  })

  it('never repeats a value that may hold a secret', () => {
    const error = refusal({ DATABASE_URL: 'mysql://anky:bi-mat@host/db' })
    expect(`${error.message}${error.messageVi}${JSON.stringify(error.details)}`).not.toContain('bi-mat')
  })

  it('refuses the production profile, which comes later', () => {
    expect(refusal({ ANKY_PROFILE: 'production' }).code).toBe('ERR_CONFIG_PROFILE_UNSUPPORTED')
  })

  it.each(['0.0.0.0', '::', '192.168.1.5', 'sign.example'])(
    'refuses HOST=%s, which others can reach, without TLS or a trusted proxy',
    (host) => {
      expect(refusal({ HOST: host }).code).toBe('ERR_CONFIG_HOST_EXPOSED')
      expect(readConfig({ HOST: host, ANKY_TRUSTED_PROXY: '10.0.0.1' }).host).toBe(host)
    },
  )

  it.each(['127.0.0.1', '127.0.1.9', 'localhost', '::1'])('takes HOST=%s, which is loopback', (host) => {
    expect(readConfig({ HOST: host }).host).toBe(host)
  })

  it.each(['ANKY_TLS_CERT_FILE', 'ANKY_TLS_KEY_FILE'])('refuses %s without its other half', (name) => {
    expect(refusal({ [name]: '/tls/file' }).code).toBe('ERR_CONFIG_TLS_INCOMPLETE')
  })
})
