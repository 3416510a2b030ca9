import { AnkyError, type ErrorOptions } from '../formats/index.ts'
import { testCertsMessages } from './messages.ts'

/** Every way in which the test PKI can fail to be built, kept or served. */
export type TestCertsErrorCode = keyof typeof testCertsMessages

/** The test PKI or its responders could not do what they were asked. */
export class TestCertsError extends AnkyError<TestCertsErrorCode> {
  constructor(code: TestCertsErrorCode, options: ErrorOptions = {}) {
    super(code, testCertsMessages[code], options)
  }
}
