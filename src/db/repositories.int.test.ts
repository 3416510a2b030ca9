import { describeWith, needs } from '../../test/support/requirements.ts'
import { sharedCluster } from '../../test/support/shared-cluster.ts'
import { openSession } from './open-session.ts'
import { specifyRepositories } from './testing/repository-spec.ts'

describeWith(needs.postgres, 'repositories on PostgreSQL', () => {
  specifyRepositories(async () => {
    const cluster = await sharedCluster()
    const url = await cluster.createDatabase(`repositories_${process.pid}`)
    return openSession({ url, ownerUrl: null, dataFolder: '/nonexistent', log: { info: () => {} } })
  })
})
