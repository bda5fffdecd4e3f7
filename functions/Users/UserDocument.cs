using System.Text.Json.Serialization;

namespace Gatehouse.Users;

/// <summary>A user as the API shows it to administrators.</summary>
internal sealed record UserDocument(
    string Id,
    string Username,
    IReadOnlyList<string> Roles,
    bool Enabled,
    bool MustChangePassword,
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
        lockout.CountFailures(user),
        lockout.FindEnd(user),
        user.CreatedAt);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(BootstrapSecret))]
[JsonSerializable(typeof(SignInHistory))]
[JsonSerializable(typeof(UserDocument))]
internal sealed partial class UsersJsonContext : JsonSerializerContext;
