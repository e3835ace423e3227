// A provider of identities (npm oidc-provider, OpenID certified) with its own pages to sign in.
// Prints its port; who signs in as NAME has the groups that PEOPLE (JSON in the environment) gives NAME.
import { createServer } from 'node:http'
import Provider from 'oidc-provider'

const people = JSON.parse(process.env.PEOPLE ?? '{}')
const app = process.env.APP
const server = createServer()
server.listen(0, '127.0.0.1', () => {
  const issuer = `http://127.0.0.1:${server.address().port}`
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: 'meetlat',
        client_secret: process.env.CLIENT_SECRET,
        redirect_uris: [`${app}/oauth2callback`],
        post_logout_redirect_uris: [`${app}/sign-in`],
        grant_types: ['authorization_code'],
        response_types: ['code'],
      },
    ],
    claims: { openid: ['sub', 'groups'], email: ['email', 'email_verified'], profile: ['name'] },
    conformIdTokenClaims: false,
    pkce: { required: () => true },
    features: { rpInitiatedLogout: { enabled: true } },
    async findAccount(_context, id) {
      return {
        accountId: id,
        claims: () => ({ sub: id, name: `Name of ${id}`, groups: people[id] ?? [] }),
      }
    },
  })
  server.on('request', provider.callback())
  console.log(server.address().port)
})
