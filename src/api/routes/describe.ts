import { docsPage } from '../docs/page.ts'
import { jsonResponse } from '../http/answer.ts'
import { type ApiApp, addPublicRoute } from './define.ts'

const text = (description: string, type: string) => ({
  description,
  content: { [type]: { schema: { type: 'string' as const } } },
})

/** The OpenAPI document of everything added to `app` before, and the page to try it. */
export function addDescription(app: ApiApp): void {
  addPublicRoute(
    app,
    {
      method: 'get',
      path: '/openapi.json',
      summary: 'Mô tả OpenAPI / OpenAPI description',
      responses: { 200: text('OpenAPI 3.1', 'application/json') },
    },
    () => jsonResponse(describeApi()),
  )
  addPublicRoute(
    app,
    {
      method: 'get',
      path: '/docs',
      summary: 'Trang dùng thử / A page to try it',
      responses: { 200: text('A page of its own, without anything from elsewhere', 'text/html') },
    },
    () => new Response(docsPage.html, { headers: docsPage.headers }),
  )
  app.openAPIRegistry.registerComponent('securitySchemes', 'apiKey', { type: 'http', scheme: 'bearer' })

  let described: object | null = null
  function describeApi(): object {
    described ??= app.getOpenAPI31Document({
      openapi: '3.1.0',
      info: {
        title: 'Ấn Ký',
        version: '1.0.0',
        description: 'Ký số hồ sơ bệnh án điện tử. / Signs medical records.',
        license: { name: 'Apache-2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0' },
      },
      servers: [{ url: '/' }],
    })
    return described
  }
}
