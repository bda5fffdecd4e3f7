using System.Collections.Immutable;
using System.Globalization;
using Gatehouse.Audit;
using Gatehouse.Revocation;
using Gatehouse.Storage;
using Gatehouse.Users;

namespace Gatehouse.Tokens.Clients;

/// <summary>Changes stored clients and revokes their tokens accordingly, so that a lost right ends at once.</summary>
internal sealed class ClientAdministration(IClientStore clients, ClientRegistry configured, RevocationFeed revocations, TimeProvider time, AuditLog audit)
{
    private static readonly TimeSpan BetweenChanges = TimeSpan.FromSeconds(1);

    /// <summary>Adds a client, with a secret if it has neither keys nor an identity.</summary>
    /// <exception cref="BeyondOwnScopesException">The administrator lacks a scope of the client.</exception>
    /// <exception cref="ClientIdTakenException">Another client has the id.</exception>
    public async Task<NewSecret> CreateAsync(string id, ClientInput input, Administrator by, CancellationToken cancellationToken)
    {
        RequireWithin(by, input.Scopes);
        if (configured.HoldsConfigured(id))
        {
            throw new ClientIdTakenException();
        }

        cancellationToken.ThrowIfCancellationRequested();
        var now = time.GetUtcNow();
        var client = input.ApplyTo(new StoredClient
        {
            Id = id,
            Scopes = input.Scopes,
            CreatedAt = now,

            // A client of the same id may have been removed a moment ago, with its tokens.
            TokensRevokedAt = InWholeSeconds(now),
        });
        string? secret = null;
        if (client.Jwks is null && client.JwksUri is null && client.Federated is null)
        {
            client = client with { Secrets = [StoredSecret.Create(now, out secret)] };
        }

        return await Change.FinishAsync(time, async limited =>
        {
            var created = await clients.TryAddAsync(client, limited) ?? throw new ClientIdTakenException();
            audit.ClientCreated(id, by.Subject, string.Join(' ', client.Scopes));
            return new NewSecret(created, secret);
        });
    }

    /// <summary>Changes a client, and revokes its tokens.</summary>
    /// <exception cref="BeyondOwnScopesException">The administrator lacks a scope of the client, before or after.</exception>
    /// <exception cref="ClientChangedException">Another writer was faster.</exception>
    public async Task<StoredClient> ChangeAsync(StoredClient client, StoredClient changed, Administrator by, CancellationToken cancellationToken)
    {
        RequireWithin(by, [.. client.Scopes, .. changed.Scopes]);
        var what = Describe(client, changed);
        if (what.Length == 0)
        {
            return client;
        }

        cancellationToken.ThrowIfCancellationRequested();
        return await Change.FinishAsync(time, async limited =>
        {
            var changedAt = FindTime(client);
            await revocations.RevokeSubjectAsync(client.Id, changedAt, "client_changed", limited);
            return await WriteAsync(changed with { TokensRevokedAt = changedAt }, what, by, limited);
        });
    }

    /// <summary>Adds a secret. The tokens of the client stay valid.</summary>
    /// <exception cref="BeyondOwnScopesException">The administrator lacks a scope of the client.</exception>
    /// <exception cref="TooManySecretsException">The client has two secrets.</exception>
    /// <exception cref="ClientChangedException">Another writer was faster.</exception>
    public async Task<NewSecret> AddSecretAsync(StoredClient client, Administrator by, CancellationToken cancellationToken)
    {
        RequireWithin(by, client.Scopes);
        if (client.Secrets.Length >= StoredClient.MaxSecrets)
        {
            throw new TooManySecretsException();
        }

        cancellationToken.ThrowIfCancellationRequested();
        var added = StoredSecret.Create(time.GetUtcNow(), out var secret);
        return await Change.FinishAsync(time, async limited =>
            new NewSecret(await WriteAsync(client with { Secrets = client.Secrets.Add(added) }, $"secret {added.Id} added", by, limited), secret));
    }

    /// <summary>Removes a client, and revokes its tokens.</summary>
    /// <exception cref="BeyondOwnScopesException">The administrator lacks a scope of the client.</exception>
    /// <exception cref="ClientChangedException">Another writer was faster.</exception>
    public async Task<StoredClient> RemoveAsync(StoredClient client, Administrator by, CancellationToken cancellationToken)
    {
        RequireWithin(by, client.Scopes);
        cancellationToken.ThrowIfCancellationRequested();
        return await Change.FinishAsync(time, async limited =>
        {
            await revocations.RevokeSubjectAsync(client.Id, FindTime(client), "client_removed", limited);
            if (!await clients.TryRemoveAsync(client, limited))
            {
                throw new ClientChangedException();
            }

            audit.ClientRemoved(client.Id, by.Subject);
            return client;
        });
    }

    private static void RequireWithin(Administrator by, ImmutableArray<string> scopes)
    {
        if (by.FindMissing(scopes) is { } missing)
        {
            throw new BeyondOwnScopesException(
                $"The client has, or would have, {missing}, which your token does not. You can add and change a client only if your token has all its scopes.",
                missing);
        }
    }

    private async Task<StoredClient> WriteAsync(StoredClient changed, string what, Administrator by, CancellationToken cancellationToken)
    {
        var stored = await clients.TryReplaceAsync(changed, cancellationToken) ?? throw new ClientChangedException();
        audit.ClientChanged(stored.Id, by.Subject, what);
        return stored;
    }

    private static string Describe(StoredClient before, StoredClient after)
    {
        var changes = new List<string>();
        if (!before.Scopes.SequenceEqual(after.Scopes))
        {
            changes.Add($"scopes {string.Join(' ', after.Scopes)}");
        }

        if (before.RequiresProof != after.RequiresProof)
        {
            changes.Add(after.RequiresProof ? "proof required" : "proof optional");
        }

        if (before.AccessTokenLifetime != after.AccessTokenLifetime)
        {
            changes.Add(string.Create(CultureInfo.InvariantCulture, $"access tokens live {after.AccessTokenLifetime}"));
        }

        if (before.Jwks?.GetRawText() != after.Jwks?.GetRawText() || before.JwksUri != after.JwksUri || !Equals(before.Federated, after.Federated))
        {
            changes.Add(after switch
            {
                { Jwks: not null } => "keys set",
                { JwksUri: { } url } => $"keys at {url.OriginalString}",
                { Federated: { } identity } => $"identity {identity.Subject} at {identity.Issuer}",
                _ => "keys removed",
            });
        }

        changes.AddRange(before.Secrets.Except(after.Secrets).Select(static secret => $"secret {secret.Id} removed"));
        return string.Join("; ", changes);
    }

    // Later than that of every earlier change, so that tokens tell the changes apart.
    private DateTimeOffset FindTime(StoredClient client)
    {
        var now = InWholeSeconds(time.GetUtcNow());
        var next = client.TokensRevokedAt + BetweenChanges;
        return now > next ? now : next;
    }

    // As tokens name it.
    private static DateTimeOffset InWholeSeconds(DateTimeOffset instant) => DateTimeOffset.FromUnixTimeSeconds(instant.ToUnixTimeSeconds());
}

/// <summary>A client with a secret that is shown once.</summary>
/// <param name="Client">The client.</param>
/// <param name="Secret">The secret; null for a client that authenticates without one.</param>
internal sealed record NewSecret(StoredClient Client, string? Secret)
{
    // A record prints its members; these must not get into a log.
    public override string ToString() => nameof(NewSecret);
}
