// A real OpenID provider on loopback, with one client and accounts that anybody may be.
// Started as: node --input-type=module - REDIRECT_URI SECRET < provider.mjs, in web-client/.
import { generateKeyPairSync } from "node:crypto";
import { createServer } from "node:http";
import { Provider } from "oidc-provider";

const [, , redirectUri, secret, authMethod] = process.argv;
const server = createServer();
await new Promise((done) => server.listen(0, "127.0.0.1", done));
const issuer = `http://127.0.0.1:${server.address().port}`;
const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });

const provider = new Provider(issuer, {
  clients: [
    {
      client_id: "sonopair",
      client_secret: secret,
      redirect_uris: [redirectUri],
      response_types: ["code"],
      grant_types: ["authorization_code"],
      token_endpoint_auth_method: authMethod,
    },
  ],
  jwks: { keys: [{ ...privateKey.export({ format: "jwk" }), use: "sig", kid: "one" }] },
  cookies: { keys: ["a-key-of-this-test-alone"] },
  claims: { openid: ["sub"], profile: ["name", "preferred_username", "groups"] },
  conformIdTokenClaims: false,
  pkce: { required: () => true },
  findAccount: (_context, id) => ({
    accountId: id,
    claims: () => ({
      sub: id,
      name: `Dr. ${id}`,
      preferred_username: id,
      groups: id === "nobody" ? [] : ["us-experts"],
    }),
  }),
});
server.on("request", provider.callback());
console.log(JSON.stringify({ issuer }));
