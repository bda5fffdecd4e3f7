using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Gatehouse.Protection.Http;

namespace Gatehouse.Users;

/// <summary>A user, as administrators see it.</summary>
/// <param name="Id">The <c>sub</c> of the user's tokens. Never used again.</param>
/// <param name="Username">The name to sign in with.</param>
/// <param name="Email">Where the user gets mail.</param>
/// <param name="EmailVerified">Whether a mailed code has shown that the user reads mail there. Missing without an address.</param>
/// <param name="Roles">The user's roles.</param>
/// <param name="Enabled">Whether the user may sign in.</param>
/// <param name="MustChangePassword">
/// Whether the password is temporary, because another person has set it: until it is changed, tokens have no scopes.
/// </param>
/// <param name="PasswordExpiresAt">The end of a temporary password, from which it no longer signs in. Missing for the user's own.</param>
/// <param name="HasSecondFactor">Whether the user signs in with a second factor.</param>
/// <param name="FailedSignIns">Wrong passwords since the last right one.</param>
/// <param name="LockedUntil">The end of the lockout, until which every password is refused. Missing when the user is not locked out.</param>
/// <param name="CreatedAt">When the user was added.</param>
/// <example>
/// {"id": "9f0c6a0b8d2e4f7a9b1c3d5e7f901234", "username": "grace@example.com", "roles": ["viewer"], "enabled": true,
/// "mustChangePassword": false, "hasSecondFactor": true, "failedSignIns": 0, "createdAt": "2026-05-04T12:00:00+00:00"}
/// </example>
internal sealed record UserDocument(
    string Id,
    string Username,
    string? Email,
    bool? EmailVerified,
    IReadOnlyList<string> Roles,
    bool Enabled,
    bool MustChangePassword,
    DateTimeOffset? PasswordExpiresAt,
    bool HasSecondFactor,
    int FailedSignIns,
    DateTimeOffset? LockedUntil,
    DateTimeOffset CreatedAt)
{
    public static UserDocument Of(User user, Lockout lockout) => new(
        user.Id,
        user.Name.Value,
        user.Email?.Value,
        user.Email is null ? null : user.IsEmailVerified,
        user.Roles,
        user.IsEnabled,
        user.MustChangePassword,
        user.PasswordExpiresAt,
        user.Factors.HasSecond,
        lockout.CountFailures(user),
        lockout.FindEnd(user),
        user.CreatedAt);
}

/// <summary>A page of users.</summary>
/// <param name="Items">The users.</param>
/// <param name="NextCursor">The value of <c>cursor</c> for the next page; missing on the last page.</param>
/// <example>
/// {"items": [{"id": "9f0c6a0b8d2e4f7a9b1c3d5e7f901234", "username": "grace@example.com", "roles": ["viewer"], "enabled": true,
/// "mustChangePassword": false, "hasSecondFactor": false, "failedSignIns": 0, "createdAt": "2026-05-04T12:00:00+00:00"}],
/// "nextCursor": "C7y2pBMoHq1ncmFjZUBleGFtcGxlLmNvbQ"}
/// </example>
internal sealed record UserPageDocument([property: MaxLength(ListRequest.MaxPageSize)] IReadOnlyList<UserDocument> Items, string? NextCursor);

/// <summary>A new user: with <c>password</c> or <c>passwordHash</c>, not both.</summary>
/// <param name="Username">
/// The name to sign in with, such as an e-mail address. It never changes. Not <c>.</c> or <c>..</c>, without <c>%2F</c>, and not 32 hex
/// digits as ids are, because a URL must be able to name the user.
/// </param>
/// <param name="Password">A temporary password: 12 characters or more; neither the user name nor one of the most common passwords.</param>
/// <param name="PasswordHash">
/// The hash of the user's password in another system: bcrypt (<c>$2a$</c>, <c>$2b$</c>, <c>$2y$</c>), Argon2id
/// (<c>$argon2id$v=19$</c>, at most 64 MiB), PBKDF2 (<c>$pbkdf2-sha256$</c>, <c>$pbkdf2-sha512$</c>), or version 3 of ASP.NET Core
/// Identity. A comparison must take no longer than <c>Authentication:SignInIterations</c>.
/// </param>
/// <param name="Roles">The names of the user's roles, which determine the scopes.</param>
/// <param name="Enabled">Whether the user may sign in; <c>true</c> by default.</param>
/// <example name="password" summary="With a temporary password">{"username": "grace@example.com", "password": "paper kite over the harbour", "roles": ["viewer"]}</example>
/// <example name="hash" summary="From another system">{"username": "ada@example.com", "passwordHash": "$2b$10$WvvTPHKwdBJ3uk0Z37EMR.hLA2W6N9AEBhEgrAOljy2Ae5MtaSIUi", "roles": ["viewer"]}</example>
internal sealed record NewUserDocument(
    [property: StringLength(UserName.MaxLength, MinimumLength = 1)] string Username,
    [property: DataType(DataType.Password), StringLength(PasswordHashing.MaxLength, MinimumLength = PasswordRules.MinLength)] string? Password,
    [property: DataType(DataType.Password), StringLength(ImportedHash.MaxLength, MinimumLength = 1)] string? PasswordHash,
    [property: MaxLength(NewUserDocument.MaxRoles)] IReadOnlyList<string>? Roles,
    bool? Enabled)
{
    /// <summary>The most roles of a user.</summary>
    public const int MaxRoles = 16;
}

/// <summary>The changes.</summary>
/// <param name="Enabled">Whether the user may sign in.</param>
/// <param name="Roles">The names of the user's roles, which determine the scopes.</param>
/// <param name="Locked"><c>false</c> lifts a lockout.</param>
/// <param name="Password">A temporary password, under the rules for that of a new user. It ends every session of the user.</param>
/// <example name="roles" summary="Set the roles">{"roles": ["editor"]}</example>
/// <example name="disable" summary="Keep the user out">{"enabled": false}</example>
/// <example name="unlock" summary="Lift a lockout">{"locked": false}</example>
/// <example name="password" summary="Reset the password">{"password": "paper kite over the harbour"}</example>
internal sealed record UserChange(
    bool? Enabled,
    [property: MaxLength(NewUserDocument.MaxRoles)] IReadOnlyList<string>? Roles,
    [property: AllowedValues(false)] bool? Locked,
    [property: DataType(DataType.Password), StringLength(PasswordHashing.MaxLength, MinimumLength = PasswordRules.MinLength)] string? Password);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(BootstrapSecret))]
[JsonSerializable(typeof(Factors))]
[JsonSerializable(typeof(SignInHistory))]
[JsonSerializable(typeof(UserDocument))]
[JsonSerializable(typeof(UserPageDocument))]
internal sealed partial class UsersJsonContext : JsonSerializerContext;
