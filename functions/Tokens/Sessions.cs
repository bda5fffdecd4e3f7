using System.Collections.Immutable;
using Gatehouse.Access;
using Gatehouse.Audit;
using Gatehouse.Protection;
using Gatehouse.Protection.DPoP;
using Gatehouse.Users;
using Microsoft.Extensions.Options;

namespace Gatehouse.Tokens;

/// <summary>Issues the tokens of users: the pair that begins a session, and the pairs that continue it.</summary>
internal sealed class Sessions(
    RefreshTokens refreshTokens,
    UserSessions userSessions,
    AccessTokenIssuer issuer,
    Audiences audiences,
    IUserStore users,
    Roles roles,
    TokenBinding binding,
    DPoPRequirements requirements,
    SecondFactorRule secondFactors,
    TimeProvider time,
    IOptions<TokensOptions> options,
    AuditLog audit)
{
    /// <summary>The <c>client_id</c> of tokens that come from <c>/authenticate</c>: the API's own public client.</summary>
    public const string FirstPartyClientId = "gatehouse";

    /// <summary>Begins a session for a user who has just authenticated.</summary>
    /// <param name="user">The user.</param>
    /// <param name="authentication">The sign-in.</param>
    /// <param name="requested">The audiences of the tokens; empty for this API.</param>
    /// <param name="proof">The proof of the key to bind the tokens to; null for none.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="ProofRefusedException">The proof was used before, or the user has a role whose tokens must be bound.</exception>
    public async Task<TokenResponse> BeginAsync(User user, AuthenticationEvent authentication, ImmutableArray<string> requested, VerifiedProof? proof, CancellationToken cancellationToken)
    {
        try
        {
            await RequireBindingAsync(user, proof?.Thumbprint, cancellationToken);
            await binding.UseAsync(proof, cancellationToken);
        }
        catch (ProofRefusedException refused)
        {
            // The password was right, which an administrator must see if its user did not enter it.
            audit.LoginFailed(user.Id, refused.Rejection.Reason);
            throw;
        }

        return await BeginAsync(user, authentication, requested, proof?.Thumbprint, cancellationToken);
    }

    /// <summary>Begins a session for a user who has just authenticated again, and has shown the proof of the key.</summary>
    /// <param name="user">The user.</param>
    /// <param name="authentication">The sign-in.</param>
    /// <param name="granted">The audiences of the tokens; empty for this API.</param>
    /// <param name="proofKeyThumbprint">The key to bind the tokens to; null for bearer tokens.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public async Task<TokenResponse> BeginAsync(User user, AuthenticationEvent authentication, ImmutableArray<string> granted, string? proofKeyThumbprint, CancellationToken cancellationToken)
    {
        await userSessions.MakeRoomAsync(user, cancellationToken);
        var scopes = ScopesOf(user);
        var (family, token) = await refreshTokens.BeginAsync(user, authentication, FirstPartyClientId, scopes, granted, proofKeyThumbprint, cancellationToken);
        audit.LoginSucceeded(user.Id, family.Id);
        return await IssueAsync("password", family, user, authentication.UserReadAt, scopes, audiences.Narrow(granted, granted), token, cancellationToken);
    }

    /// <summary>Refuses bearer tokens to a user with a role whose tokens must be bound, whichever roles and scopes the tokens would carry.</summary>
    /// <param name="user">The user.</param>
    /// <param name="proofKeyThumbprint">The key of the tokens; null for bearer tokens.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="ProofRefusedException">The tokens must be bound.</exception>
    public async Task RequireBindingAsync(User user, string? proofKeyThumbprint, CancellationToken cancellationToken)
    {
        if (proofKeyThumbprint is null && requirements.IsRequiredFor(user.Roles))
        {
            throw await binding.RefuseAsync(ProofRejection.Missing, cancellationToken);
        }
    }

    /// <summary>The session of a refresh token, if a redemption would succeed now; null otherwise.</summary>
    public async Task<RefreshTokenFamily?> FindAsync(RefreshToken token, CancellationToken cancellationToken) =>
        await refreshTokens.FindLivingAsync(token.FamilyId, cancellationToken) is { } family
        && refreshTokens.IsRedeemable(token, family)
        && await FindUserAsync(family, cancellationToken) is not null
            ? family
            : null;

    /// <summary>The user of a token; null for a client, and when the user or the session no longer exists.</summary>
    public async Task<User?> FindUserAsync(Caller caller, CancellationToken cancellationToken) =>
        caller.SessionId is { } session && await refreshTokens.FindLivingAsync(session, cancellationToken) is { } family
            ? await FindUserAsync(family, cancellationToken)
            : null;

    /// <summary>Redeems a refresh token. The roles and the state of the user are read again.</summary>
    /// <param name="text">The refresh token.</param>
    /// <param name="clientId">The client that presents it; null for a public client that sends no id.</param>
    /// <param name="requested">The requested scopes; null for all granted ones (RFC 6749 §6).</param>
    /// <param name="resources">The requested audiences; empty for all granted ones (RFC 8707 §2.2).</param>
    /// <param name="proof">The proof of the request; null for none.</param>
    /// <param name="admit">Throws to refuse the user before the token and the proof are used up.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="InvalidRefreshTokenException">The token is unknown, was used before, has expired or was revoked.</exception>
    /// <exception cref="ScopeNotGrantedException">A requested scope was not granted.</exception>
    /// <exception cref="UnknownResourceException">A requested audience was not granted.</exception>
    /// <exception cref="ProofRefusedException">The proof is missing, is for another key, or was used before.</exception>
    public async Task<TokenResponse> RefreshAsync(
        string text,
        string? clientId,
        ScopeSet? requested,
        ImmutableArray<string> resources,
        VerifiedProof? proof,
        Func<User, Task> admit,
        CancellationToken cancellationToken)
    {
        // Everything is checked before the token is redeemed: a request that is refused for its scope or client
        // must not use the token up.
        if (!RefreshToken.TryParse(text, out var token)
            || await refreshTokens.FindLivingAsync(token.FamilyId, cancellationToken) is not { } family
            || (clientId ?? FirstPartyClientId) != family.ClientId)
        {
            throw new InvalidRefreshTokenException();
        }

        var granted = ScopeSet.From(family.Scopes);
        if (requested is not null && !requested.IsSubsetOf(granted))
        {
            throw new ScopeNotGrantedException();
        }

        var narrowed = audiences.Narrow(family.Audiences, resources);
        var readAt = time.GetUtcNow();
        if (await FindUserAsync(family, cancellationToken) is not { } user)
        {
            throw new InvalidRefreshTokenException();
        }

        await admit(user);

        // RFC 9449 §5: the refresh token of a public client stays bound to the key. A session that began without a
        // key can't get one later, or a thief of its refresh token could bind it to a key of his own.
        if (family.ProofKeyThumbprint != proof?.Thumbprint)
        {
            throw await binding.RefuseAsync(proof is null ? ProofRejection.Missing : ProofRejection.WrongKey, cancellationToken);
        }

        // The user may have got such a role since the session began, or the setting is newer.
        await RequireBindingAsync(user, family.ProofKeyThumbprint, cancellationToken);

        // The user may have lost roles since, and with them their scopes.
        var scopes = (requested ?? granted).Intersect(ScopesOf(user));
        await binding.UseAsync(proof, cancellationToken);
        var redeemed = await refreshTokens.RedeemAsync(token, family, cancellationToken);
        audit.RefreshRotated(user.Id, family.ClientId, family.Id);
        return await IssueAsync("refresh_token", redeemed.Family, user, readAt, scopes, narrowed, redeemed.Next, cancellationToken);
    }

    /// <summary>The user of a session, if it is still the same user, is enabled, and the session has not ended.</summary>
    private async Task<User?> FindUserAsync(RefreshTokenFamily family, CancellationToken cancellationToken) =>
        UserName.TryParse(family.UserName, out var name)
        && await users.FindAsync(name, cancellationToken) is { IsEnabled: true } user
        && user.Id == family.Subject
        && user.SessionsEndedAt == family.SessionsEndedAt
            ? user
            : null;

    // Until a temporary password is changed, and a required second factor added, the user may do nothing else.
    private bool IsHeldBack(User user) => user.MustChangePassword || secondFactors.IsMissing(user);

    private ScopeSet ScopesOf(User user) => IsHeldBack(user) ? ScopeSet.Empty : roles.ScopesOf(user.Roles);

    private async Task<TokenResponse> IssueAsync(
        string grant,
        RefreshTokenFamily family,
        User user,
        DateTimeOffset userReadAt,
        ScopeSet scopes,
        ImmutableArray<string> tokenAudiences,
        RefreshToken token,
        CancellationToken cancellationToken)
    {
        var accessToken = await issuer.IssueAsync(
            new AccessTokenRequest
            {
                Subject = user.Id,
                ClientId = family.ClientId,
                Grant = grant,
                Audiences = tokenAudiences,
                Scopes = scopes,
                ProofKeyThumbprint = family.ProofKeyThumbprint,
                SessionId = family.Id,
                AuthenticatedAt = family.AuthenticatedAt,
                AuthenticationMethods = family.AuthenticationMethods,
                Roles = IsHeldBack(user) ? [] : roles.CarriedBy(scopes, user.Roles),
                RightsReadAt = userReadAt,
                UpdatedAt = user.TokensRevokedAt,
                MustChangePassword = user.MustChangePassword,
                MustAddFactor = secondFactors.IsMissing(user),
            },
            cancellationToken);
        return new TokenResponse
        {
            AccessToken = accessToken,
            TokenType = TokenTypes.Of(family.ProofKeyThumbprint),
            ExpiresIn = (long)Math.Ceiling((options.Value.AccessTokenLifetime - (time.GetUtcNow() - userReadAt)).TotalSeconds),
            RefreshToken = token.Encode(),
            Scope = scopes.Text,
            PasswordChangeRequired = user.MustChangePassword ? true : null,
            SecondFactorRequired = secondFactors.IsMissing(user) ? true : null,
        };
    }
}
