// A certified OpenID Connect provider, run by the tests as a process of its own, with the claims that ProConnect gives.
// Its keys are made at start: to start it again is to change them. Usage: node provider.mjs PORT CLIENT_ID SECRET CALLBACK GOODBYE
import { generateKeyPairSync } from 'node:crypto';
import { Provider } from 'oidc-provider';

const [port, clientId, secret, callback, goodbye] = process.argv.slice(2);
const issuer = `http://127.0.0.1:${port}`;
const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const people = JSON.parse(process.env.PEOPLE);
const names = ['email', 'given_name', 'usual_name', 'siret', 'organizational_unit', 'idp_id'];

const provider = new Provider(issuer, {
  clients: [{
    client_id: clientId, client_secret: secret, redirect_uris: [callback], post_logout_redirect_uris: [goodbye],
    token_endpoint_auth_method: process.env.AUTH_METHOD || 'client_secret_post', id_token_signed_response_alg: 'RS256',
    ...(process.env.SIGNED === '0' ? {} : { userinfo_signed_response_alg: 'RS256' }),
  }],
  jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), use: 'sig', kid: `key-${Date.now()}` }] },
  claims: { openid: ['sub'], ...Object.fromEntries(names.map((name) => [name, [name]])) },
  scopes: ['openid', ...names],
  cookies: { keys: ['for tests only'] },
  pkce: { required: () => true },
  features: { jwtUserinfo: { enabled: true }, devInteractions: { enabled: true }, rpInitiatedLogout: { enabled: true } },
  clientAuthMethods: ['client_secret_basic', 'client_secret_post'],
  findAccount: (_, id) => (people[id] ? { accountId: id, claims: () => ({ sub: id, ...people[id] }) } : undefined),
});
provider.listen(Number(port), '127.0.0.1', () => console.log('ready'));
