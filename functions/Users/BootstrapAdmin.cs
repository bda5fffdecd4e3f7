using System.Text.Json;
using Gatehouse.Access;
using Gatehouse.Audit;
using Gatehouse.Keys;
using Gatehouse.Storage;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Gatehouse.Users;

/// <summary>
/// Creates the first administrator from a secret: <c>{"username": …, "password": …}</c> with a password that must be
/// changed at the first sign-in, or <c>{"username": …, "passwordHash": …}</c>. Sign-ins read the secret, and only
/// while there is no enabled administrator, so that a cold start does not pay for it.
/// </summary>
internal sealed class BootstrapAdmin(
    IUserStore users,
    ISecretSource secrets,
    PasswordHashing hashing,
    Roles roles,
    TimeProvider time,
    IOptions<AuthenticationOptions> options,
    AuditLog audit,
    ILogger<BootstrapAdmin> logger) : IDisposable
{
    private static readonly TimeSpan LookAgainAfter = TimeSpan.FromSeconds(10);

    private readonly SemaphoreSlim _turn = new(1, 1);
    private volatile bool _isDone;
    private long? _lastLook;

    /// <summary>Creates the administrator unless an enabled one exists. Once this instance has seen one, the call costs nothing.</summary>
    public async ValueTask EnsureAsync(CancellationToken cancellationToken)
    {
        if (_isDone)
        {
            return;
        }

        await _turn.WaitAsync(cancellationToken);
        try
        {
            if (!_isDone && !(_lastLook is { } last && time.GetElapsedTime(last) < LookAgainAfter))
            {
                _lastLook = time.GetTimestamp();
                _isDone = await users.HasEnabledUserAsync(roles.Administrative, exceptId: null, cancellationToken) || await TryMakeAsync(cancellationToken);
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose() => _turn.Dispose();

    private async Task<bool> TryMakeAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (await secrets.FindNewestAsync(options.Value.BootstrapSecretName, time.GetUtcNow(), cancellationToken) is not { } text)
            {
                return false;
            }

            var secret = JsonSerializer.Deserialize(SecretText.Trim(text), UsersJsonContext.Default.BootstrapSecret);
            if (secret is null || !UserName.TryParse(secret.Username, out var name) || name.HoldsInvisible || (secret.Password is null) == (secret.PasswordHash is null))
            {
                logger.BootstrapSecretMalformed(options.Value.BootstrapSecretName);
                return false;
            }

            if (secret.Password is { } password && PasswordRules.FindFault(password, name) is { } fault)
            {
                logger.BootstrapPasswordWeak(options.Value.BootstrapSecretName, fault);
                return false;
            }

            return await AddAsync(name, secret, cancellationToken);
        }
        catch (JsonException)
        {
            logger.BootstrapSecretMalformed(options.Value.BootstrapSecretName);
        }
        catch (SecretSourceUnavailableException exception)
        {
            // Other users must still be able to sign in.
            logger.BootstrapSecretNotRead(exception, options.Value.BootstrapSecretName);
        }

        return false;
    }

    private async Task<bool> AddAsync(UserName name, BootstrapSecret secret, CancellationToken cancellationToken)
    {
        var hash = secret.PasswordHash ?? await hashing.HashAsync(secret.Password!, cancellationToken);
        var admin = new User
        {
            Id = Guid.NewGuid().ToString("N"),
            Name = name,
            PasswordHash = hash,
            Roles = [roles.Administrative[0]],
            CreatedAt = time.GetUtcNow(),
            MustChangePassword = secret.Password is not null,
        };
        if (await Change.FinishAsync(time, limited => users.TryAddAsync(admin, limited)) is not { } added)
        {
            // Another instance was faster, or the name belongs to a user who is not an administrator and must not become one.
            return await users.HasEnabledUserAsync(roles.Administrative, exceptId: null, cancellationToken);
        }

        audit.BootstrapUsed(added.Id, options.Value.BootstrapSecretName);
        return true;
    }
}

/// <summary>The first administrator, as the secret describes it: with a password or with its hash.</summary>
internal sealed record BootstrapSecret(string? Username, string? Password, string? PasswordHash)
{
    // A record prints its members; these must not get into a log.
    public override string ToString() => nameof(BootstrapSecret);
}
