import { afterEach, describe, expect, it, vi } from 'vitest'
import { initialiseModule } from './cryptoki.ts'
import { refusal } from './testing/fake-cryptoki.ts'

/** The addon, whose module answers as told. */
function addonThat(calls: { load?: () => void; initialise?: () => void }): void {
  class PKCS11 {
    load(): void {
      calls.load?.()
    }
    C_Initialize(): void {
      calls.initialise?.()
    }
  }
  vi.doMock('pkcs11js', () => ({ PKCS11 }))
}

afterEach(() => vi.doUnmock('pkcs11js'))

const path = '/usr/lib/khong-co.so'

describe('a PKCS#11 module', () => {
  it('is loaded and initialised; one that another part of the process holds already is taken over', async () => {
    addonThat({
      initialise: () => {
        throw refusal(0x191)
      },
    })
    await expect(initialiseModule(path)).resolves.toBeDefined()
  })

  it('that does not load: refused with its path', async () => {
    const cause = new Error('cannot open shared object file')
    addonThat({
      load: () => {
        throw cause
      },
    })
    await expect(initialiseModule(path)).rejects.toMatchObject({
      code: 'ERR_P11_MODULE_LOAD',
      details: { module: path },
      cause,
    })
  })

  it('that does not initialise: refused with what it answered', async () => {
    addonThat({
      initialise: () => {
        throw refusal(0x30)
      },
    })
    await expect(initialiseModule(path)).rejects.toMatchObject({
      code: 'ERR_P11_MODULE_INITIALIZE',
      details: { module: path, ckr: 'CKR_DEVICE_ERROR' },
    })
  })

  it('without the addon that calls it: refused', async () => {
    vi.doMock('pkcs11js', () => ({ PKCS11: undefined, default: undefined }))
    await expect(initialiseModule(path)).rejects.toMatchObject({ code: 'ERR_P11_ADDON_MISSING' })
  })
})
