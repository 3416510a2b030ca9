import { describe, expect, it } from 'vitest'
import { formatAddress, isIn, isPublic, parseAddress, parseNetwork } from './net-address.ts'

describe('parseAddress', () => {
  it.each([
    ['203.0.114.7', '203.0.114.7'],
    ['::1', '0:0:0:0:0:0:0:1'],
    ['::', '0:0:0:0:0:0:0:0'],
    ['2001:DB8::a:0:1', '2001:db8:0:0:0:a:0:1'],
    ['1:2:3:4:5:6:7:8', '1:2:3:4:5:6:7:8'],
    ['1::8', '1:0:0:0:0:0:0:8'],
    ['::ffff:127.0.0.1', '127.0.0.1'],
    ['::ffff:7f00:1', '127.0.0.1'],
    ['64:ff9b::10.0.0.1', '10.0.0.1'],
  ])('%s is read as %s', (text, expected) => {
    expect(formatAddress(parseAddress(text)!)).toBe(expected)
  })

  it.each([
    '',
    'localhost',
    '1.2.3',
    '1.2.3.4.5',
    '256.1.1.1',
    '01.2.3.4',
    '0x7f.0.0.1',
    '1.2.3.4 ',
    ':',
    ':::',
    '1::2::3',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '1:2:3:4:5:6:7:8::',
    '12345::',
    'g::',
    '::1.2.3',
    '1.2.3.4::',
    'fe80::1%eth0',
    '[::1]',
  ])('%j is no address', (text) => expect(parseAddress(text)).toBeNull())
})

describe('parseNetwork', () => {
  it.each([
    ['10.0.0.0/8', '10.255.0.1', true],
    ['10.0.0.0/8', '11.0.0.1', false],
    ['127.0.0.1', '127.0.0.1', true],
    ['127.0.0.1', '127.0.0.2', false],
    ['0.0.0.0/0', '8.8.8.8', true],
    ['0.0.0.0/0', '::1', false],
    ['fd00::/8', 'fd12::1', true],
    ['fd00::/8', 'fc00::1', false],
    ['127.0.0.0/8', '::ffff:127.0.0.1', true],
  ])('%s holds %s: %s', (network, address, expected) => {
    expect(isIn(parseAddress(address)!, parseNetwork(network)!)).toBe(expected)
  })

  it.each([
    '10.0.0.1/8',
    '10.0.0.0/33',
    '10.0.0.0/',
    '10.0.0.0/-1',
    'fd00::/129',
    '10.0.0.0/8/8',
    'a/8',
    '/8',
  ])('%s is no network', (text) => expect(parseNetwork(text)).toBeNull())
})

describe('isPublic', () => {
  it.each(['8.8.8.8', '1.1.1.1', '172.32.0.1', '100.128.0.1', '2606:4700::1111', '2a00:1450::1'])(
    '%s is public',
    (text) => expect(isPublic(parseAddress(text)!)).toBe(true),
  )

  it.each([
    '0.0.0.0',
    '10.1.2.3',
    '100.64.0.1',
    '127.0.0.1',
    '127.255.255.254',
    '169.254.169.254',
    '172.16.0.1',
    '172.31.255.255',
    '192.0.0.8',
    '192.168.1.1',
    '198.18.0.1',
    '203.0.113.1',
    '224.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    'fe80::1',
    'fc00::1',
    'fd00::1',
    'ff02::1',
    '2001::1',
    '2001:db8::1',
    '2002:7f00:1::',
    '::ffff:10.0.0.1',
    '64:ff9b::192.168.0.1',
  ])('%s is not', (text) => expect(isPublic(parseAddress(text)!)).toBe(false))
})
