import { expect, it } from 'vitest'
import { activationFor, audit, type Bench, createHospital, newId, sha256 } from './fixtures.ts'

/** Activations, PINs and their unlocking. */
export function specifyActivations(bench: () => Bench): void {
  const hospital = () => createHospital(bench(), 'BỆNH VIỆN THỬ NGHIỆM A')
  const now = () => bench().clock.now

  it('each document of an activation is used up once', async () => {
    const a = await hospital()
    const activation = activationFor(a, [sha256('1'), sha256('2'), sha256('2')])
    await a.repository.createActivation(activation, audit('activate'))
    const use = (document: string) =>
      a.repository.consumeActivation(activation.tokenSha256, a.staff.id, sha256(document), now())
    expect(await use('1')).toBe(activation.id)
    expect(await use('1')).toBeNull()
    expect(await use('2')).toBe(activation.id)
    expect(await use('2')).toBeNull()
    expect(await use('3')).toBeNull()
  })

  it('thirty uses of one document at once: one succeeds', async () => {
    const a = await hospital()
    const activation = activationFor(a, [sha256('1')])
    await a.repository.createActivation(activation, audit('activate'))
    const used = await Promise.all(
      Array.from({ length: 30 }, () =>
        a.repository.consumeActivation(activation.tokenSha256, a.staff.id, sha256('1'), now()),
      ),
    )
    expect(used.filter((id) => id !== null)).toEqual([activation.id])
  })

  it('another token or credential, or an activation that has lapsed, is refused', async () => {
    const a = await hospital()
    const activation = activationFor(a, [sha256('1')])
    await a.repository.createActivation(activation, audit('activate'))
    const { tokenSha256, expiresAt } = activation
    const { repository } = a
    expect(await repository.consumeActivation(sha256('khác'), a.staff.id, sha256('1'), now())).toBeNull()
    expect(await repository.consumeActivation(tokenSha256, a.seal.id, sha256('1'), now())).toBeNull()
    expect(await repository.consumeActivation(tokenSha256, a.staff.id, sha256('1'), expiresAt)).toBeNull()
    const justBefore = new Date(expiresAt.getTime() - 1)
    expect(await repository.consumeActivation(tokenSha256, a.staff.id, sha256('1'), justBefore)).toBe(
      activation.id,
    )
  })

  it('an activation from the future, by a clock set back since, is refused', async () => {
    const a = await hospital()
    const activation = activationFor(a, [sha256('1')])
    await a.repository.createActivation(activation, audit('activate'))
    const anHourAgo = new Date(now().getTime() - 3_600_000)
    expect(
      await a.repository.consumeActivation(activation.tokenSha256, a.staff.id, sha256('1'), anHourAgo),
    ).toBeNull()
  })

  it('a document given back may be used once more', async () => {
    const a = await hospital()
    const activation = activationFor(a, [sha256('1')])
    await a.repository.createActivation(activation, audit('activate'))
    const use = () => a.repository.consumeActivation(activation.tokenSha256, a.staff.id, sha256('1'), now())
    await use()
    await a.repository.restoreActivation(activation.id, sha256('1'))
    expect(await use()).toBe(activation.id)
    expect(await use()).toBeNull()
  })

  it('an activation with 500 documents is stored, with its audit row', async () => {
    const a = await hospital()
    const documents = Array.from({ length: 500 }, (_, index) => sha256(String(index)))
    const activation = activationFor(a, documents)
    await a.repository.createActivation(activation, audit('activate'))
    expect(await a.repository.listAuditEvents(0, 10)).toHaveLength(1)
    expect(
      await a.repository.consumeActivation(activation.tokenSha256, a.staff.id, documents[499]!, now()),
    ).toBe(activation.id)
  })

  it('the fifth wrong PIN in a row locks; further ones are not counted; each is audited', async () => {
    const a = await hospital()
    const states = []
    for (let i = 0; i < 7; i++) states.push(await a.repository.countPinFailure(a.staff.id, audit('pin')))
    expect(states.map(({ failures }) => failures)).toEqual([1, 2, 3, 4, 5, 5, 5])
    expect(states.map(({ lockedAt }) => lockedAt)).toEqual([null, null, null, null, now(), now(), now()])
    expect(await a.repository.pinState(a.staff.id)).toEqual({ ...states[4] })
    expect(await a.repository.listAuditEvents(0, 10)).toHaveLength(7)
    await expect(a.repository.resetPinFailures(a.staff.id)).rejects.toMatchObject({
      code: 'ERR_DB_PIN_LOCKED',
    })
  })

  it('a right PIN in between starts the count again', async () => {
    const a = await hospital()
    for (let i = 0; i < 4; i++) await a.repository.countPinFailure(a.staff.id, audit('pin'))
    await a.repository.resetPinFailures(a.staff.id)
    expect(await a.repository.countPinFailure(a.staff.id, audit('pin'))).toMatchObject({
      failures: 1,
      lockedAt: null,
    })
  })

  it('wrong PINs at once are all counted', async () => {
    const a = await hospital()
    const states = await Promise.all(
      Array.from({ length: 12 }, () => a.repository.countPinFailure(a.staff.id, audit('pin'))),
    )
    expect(states.map(({ failures }) => failures).sort()).toEqual([1, 2, 3, 4, 5, 5, 5, 5, 5, 5, 5, 5])
  })

  it('a credential without a PIN has no state, and nothing to count, reset or unlock', async () => {
    const a = await hospital()
    const missing = { code: 'ERR_DB_PIN_MISSING' }
    expect(await a.repository.pinState(a.seal.id)).toBeNull()
    await expect(a.repository.countPinFailure(a.seal.id, audit('pin'))).rejects.toMatchObject(missing)
    await expect(a.repository.resetPinFailures(a.seal.id)).rejects.toMatchObject(missing)
    await expect(
      a.repository.approveUnlock(a.seal.id, a.keys.approver.id, 'approver', audit('unlock')),
    ).rejects.toMatchObject(missing)
  })

  const locked = async () => {
    const a = await hospital()
    for (let i = 0; i < 5; i++) await a.repository.countPinFailure(a.staff.id, audit('pin'))
    const approve = (role: 'administrator' | 'approver', key = a.keys[role].id) =>
      a.repository.approveUnlock(a.staff.id, key, role, audit('unlock'))
    return { a, approve }
  }

  it('an administrator and then an approver unlock; so do they the other way round', async () => {
    for (const order of [['administrator', 'approver'] as const, ['approver', 'administrator'] as const]) {
      const { a, approve } = await locked()
      expect(await approve(order[0])).toBe('waiting')
      expect((await a.repository.pinState(a.staff.id))?.lockedAt).not.toBeNull()
      expect(await approve(order[1])).toBe('unlocked')
      expect(await a.repository.pinState(a.staff.id)).toMatchObject({ failures: 0, lockedAt: null })
    }
  })

  it('the same role twice does not unlock', async () => {
    const { approve } = await locked()
    expect(await approve('administrator')).toBe('waiting')
    expect(await approve('administrator')).toBe('waiting')
    expect(await approve('approver')).toBe('unlocked')
  })

  it('approvals do not outlive the lock they were for', async () => {
    const { a, approve } = await locked()
    await approve('administrator')
    await approve('approver')
    for (let i = 0; i < 5; i++) await a.repository.countPinFailure(a.staff.id, audit('pin'))
    expect(await approve('approver')).toBe('waiting')
  })

  it('one person with a key of either role does not unlock alone', async () => {
    const { a, approve } = await locked()
    const second = { id: newId(), sha256: sha256(newId()) }
    await bench().database.system.createApiKey({
      ...second,
      hospitalId: a.id,
      personId: a.persons.administrator,
      label: 'hai vai',
      role: 'approver',
      scopes: [],
      credentialIds: '*',
    })
    await approve('administrator')
    await expect(approve('approver', second.id)).rejects.toMatchObject({ code: 'ERR_DB_UNLOCK_SAME_PERSON' })
    expect(await approve('approver')).toBe('unlocked')
  })

  it('a key of another role, of no person, or unknown does not approve', async () => {
    const { a, approve } = await locked()
    const anonymous = newId()
    await bench().database.system.createApiKey({
      id: anonymous,
      sha256: sha256(newId()),
      hospitalId: a.id,
      personId: null,
      label: 'không người',
      role: 'approver',
      scopes: [],
      credentialIds: '*',
    })
    for (const key of [a.keys.client.id, a.keys.administrator.id, a.keys.doctor.id, anonymous, newId()])
      await expect(approve('approver', key)).rejects.toMatchObject({ code: 'ERR_DB_UNLOCK_ROLE' })
  })

  it('a PIN that is not locked needs no approval', async () => {
    const a = await hospital()
    await expect(
      a.repository.approveUnlock(a.staff.id, a.keys.approver.id, 'approver', audit('unlock')),
    ).rejects.toMatchObject({ code: 'ERR_DB_PIN_NOT_LOCKED' })
  })
}
