import { availableParallelism } from 'node:os'
import { configDefaults, defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'conformance/**/*.test.ts', 'test/**/*.test.ts', 'scripts/**/*.test.ts'],
    // `npm run interop` runs those: they need what it fetches
    exclude: [...configDefaults.exclude, '**/*.interop.test.ts'],
    globalSetup: './test/support/global-setup.ts',
    pool: 'forks',
    maxWorkers: availableParallelism(),
    testTimeout: 30_000,
    hookTimeout: 60_000,
    teardownTimeout: 10_000,
    reporters: [['default', { summary: false }], './test/support/reporter.ts'],
  },
})
