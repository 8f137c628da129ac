import { fetchFrom, readRequest } from './setup.mjs';
import { ManagementClient } from 'auth0';

const request = await readRequest();
const api = new ManagementClient({ domain: new URL(request.issuer).host, token: request.token, fetch: fetchFrom(request), maxRetries: 0 });

/** The items of every page, as the library itself walks through them, with the number of pages. */
async function walk(first) {
  const items = [];
  let pages = 0;
  for (let page = await first; ; page = await page.getNextPage()) {
    items.push(...page.data);
    pages += 1;
    if (!page.hasNextPage()) {
      return { items, pages };
    }
  }
}

/** The status and the message of a refusal. */
async function refusalOf(promise) {
  try {
    await promise;
    return 'none';
  } catch (error) {
    if (typeof error.statusCode !== 'number') {
      throw error;
    }
    return `${error.statusCode} ${error.constructor.name} ${error.body?.message}`;
  }
}

const scenarios = {
  async clients({ clientId }) {
    const update = async (settings) => (await api.clients.update(clientId, { refresh_token: settings })).refresh_token;
    const policies = [{ audience: 'https://api2.example/', scope: ['read'] }];
    return {
      before: await api.clients.get(clientId),
      fields: await api.clients.get(clientId, { fields: 'client_id', include_fields: true }),
      numbers: await update({ rotation_type: 'rotating', expiration_type: 'expiring', token_lifetime: '1209600', idle_token_lifetime: 604800, leeway: '10' }),
      reusable: await update({ rotation_type: 'reusable', expiration_type: 'non-expiring' }),
      rotating: await update({ rotation_type: 'rotating', expiration_type: 'expiring', policies }),
      withoutPolicies: await update({ rotation_type: 'rotating', expiration_type: 'expiring', policies: null }),
      wrong: await refusalOf(update({ leeway: -1 })),
      unknown: await refusalOf(api.clients.get('nobody')),
      reset: await update(null),
    };
  },

  async deviceCredentials({ userId }) {
    const list = (more) => walk(api.deviceCredentials.list({ user_id: userId, type: 'rotating_refresh_token', ...more }));
    const all = await list();
    await api.deviceCredentials.delete(all.items[0].id);
    return {
      all,
      untyped: (await list({ type: undefined })).items.length,
      publicKeys: (await list({ type: 'public_key' })).items,
      fields: (await list({ fields: 'device_id,device_name', include_fields: true })).items,
      after: (await list()).items.length,
      unknown: await refusalOf(api.deviceCredentials.delete('dcr_1')),
    };
  },

  async grants({ userId, audience }) {
    const list = (more) => walk(api.userGrants.list({ user_id: userId, ...more }));
    const all = await list();
    const one = await list({ audience });
    await api.userGrants.delete(one.items[0].id);
    const after = await list();
    await api.userGrants.deleteByUserId({ user_id: userId });
    return { all: all.items, one: one.items, after: after.items, end: (await list()).items };
  },

  async refreshTokens({ userId, otherId, clientId }) {
    const list = (more) => walk(api.refreshTokens.list({ user_id: userId, client_id: clientId, ...more }));
    const many = await list({ take: 100 });
    const [first, second, third] = many.items;
    const got = await api.refreshTokens.get(first.id);
    const updated = await api.refreshTokens.update(first.id, { refresh_token_metadata: { plan: 'gold' } });
    const cleared = await api.refreshTokens.update(first.id, { refresh_token_metadata: null });
    await api.refreshTokens.delete(first.id);
    await api.refreshTokens.revoke({ ids: [second.id, third.id] });
    const left = (await list({ take: 100, fields: 'id', include_fields: true })).items;
    await api.refreshTokens.revoke({ user_id: userId, client_id: clientId });
    const none = (await list()).items;
    await api.refreshTokens.revoke({ client_id: clientId });
    return {
      ids: new Set(many.items.map(({ id }) => id)).size,
      pages: many.pages,
      got,
      same: JSON.stringify(got) === JSON.stringify(first),
      metadata: [updated.refresh_token_metadata, cleared.refresh_token_metadata],
      left: left.length,
      shown: Object.keys(left[0]),
      none,
      others: (await walk(api.refreshTokens.list({ user_id: otherId }))).items,
      gone: await refusalOf(api.refreshTokens.get(first.id)),
      unknown: await refusalOf(api.refreshTokens.get('no-id')),
    };
  },

  async users({ userId }) {
    const list = async () => (await walk(api.users.refreshToken.list(userId))).items.map(({ session_id }) => session_id);
    const before = await list();
    await api.users.revokeAccess(userId, { session_id: 's1' });
    const after = await list();
    const preserved = await refusalOf(api.users.revokeAccess(userId, { session_id: 's2', preserve_refresh_tokens: true }));
    await api.users.refreshToken.delete(userId);
    const deleted = await list();
    await api.users.revokeAccess(userId);
    return { before, after, preserved, deleted };
  },

  async forbidden({ userId }) {
    return { refused: await refusalOf(api.users.refreshToken.list(userId)) };
  },
};

console.log(JSON.stringify(await scenarios[request.scenario](request)));
