using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Gatehouse.Protection.Http;

namespace Gatehouse.Users;

/// <summary>A user, as administrators see it.</summary>
/// <param name="Id">The <c>sub</c> of the user's tokens. Never used again.</param>
/// <param name="Username">The name to sign in with.</param>
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

/// <summary>A new user.</summary>
/// <param name="Username">
/// The name to sign in with, such as an e-mail address. It never changes. Not <c>.</c> or <c>..</c>, without <c>%2F</c>, and not 32 hex
/// digits as ids are, because a URL must be able to name the user.
/// </param>
/// <param name="Password">A temporary password: 12 characters or more; neither the user name nor one of the most common passwords.</param>
/// <param name="Roles">The names of the user's roles, which determine the scopes.</param>
/// <example>{"username": "grace@example.com", "password": "paper kite over the harbour", "roles": ["viewer"]}</example>
internal sealed record NewUser(
    [property: StringLength(UserName.MaxLength, MinimumLength = 1)] string Username,
    [property: DataType(DataType.Password), StringLength(PasswordHashing.MaxLength, MinimumLength = PasswordRules.MinLength)] string Password,
    [property: MaxLength(NewUser.MaxRoles)] IReadOnlyList<string>? Roles)
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
    [property: MaxLength(NewUser.MaxRoles)] IReadOnlyList<string>? Roles,
    [property: AllowedValues(false)] bool? Locked,
    [property: DataType(DataType.Password), StringLength(PasswordHashing.MaxLength, MinimumLength = PasswordRules.MinLength)] string? Password);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(BootstrapSecret))]
[JsonSerializable(typeof(Factors))]
[JsonSerializable(typeof(SignInHistory))]
[JsonSerializable(typeof(UserDocument))]
[JsonSerializable(typeof(UserPageDocument))]
internal sealed partial class UsersJsonContext : JsonSerializerContext;
