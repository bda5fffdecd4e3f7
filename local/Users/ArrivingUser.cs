using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Gatehouse.UserTool;

/// <summary>A user of a file.</summary>
/// <param name="Line">The line, or the position in a JSON array.</param>
/// <param name="Id">The id in the other system; null if the file has none.</param>
/// <param name="Name">The name to sign in with; empty if the file has none.</param>
/// <param name="PasswordHash">The hash of the password; null if the file has none.</param>
/// <param name="Roles">The roles.</param>
/// <param name="IsEnabled">Whether the user may sign in.</param>
internal sealed record ArrivingUser(int Line, string? Id, string Name, string? PasswordHash, IReadOnlyList<string> Roles, bool IsEnabled)
{
    // The names that other systems give to the same fields, in lower case and without separators, the best first.
    private static readonly string[] NameFields = ["username", "email", "emailaddress", "login"];
    private static readonly string[] HashFields = ["passwordhash", "hashedpassword", "encryptedpassword", "password", "hash"];
    private static readonly string[] RoleFields = ["roles", "role"];
    private static readonly string[] IdFields = ["userid", "localid", "id", "sub"];
    private static readonly string[] EnabledFields = ["enabled", "active", "isactive"];
    private static readonly string[] DisabledFields = ["disabled", "blocked"];

    /// <summary>Reads a user from the fields of a row.</summary>
    /// <param name="line">The line.</param>
    /// <param name="row">The fields by their names in the file.</param>
    public static ArrivingUser Read(int line, IEnumerable<KeyValuePair<string, JsonElement>> row)
    {
        var fields = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var (name, value) in row)
        {
            fields.TryAdd(string.Concat(name.Where(char.IsLetterOrDigit)).ToLowerInvariant(), value);
        }

        // Firebase's hash needs a salt beside it, and the signer key of its project: no password can be compared with it alone.
        var isFirebase = fields.ContainsKey("localid");
        return new ArrivingUser(
            line,
            Find(fields, IdFields),
            Find(fields, NameFields) ?? "",
            isFirebase ? null : Find(fields, HashFields),
            FindRoles(fields),
            IsTrue(Find(fields, EnabledFields), without: true) && !IsTrue(Find(fields, DisabledFields), without: false));
    }

    /// <summary>The user with the hash of a random password, which nobody knows.</summary>
    public ArrivingUser WithUnknownPassword() =>
        this with { PasswordHash = $"$pbkdf2-sha512$1${Convert.ToBase64String(RandomNumberGenerator.GetBytes(15))}${Convert.ToBase64String(RandomNumberGenerator.GetBytes(33))}" };

    // A record prints its members; the hash must not get into a log.
    public override string ToString() => Name;

    private static string? Find(Dictionary<string, JsonElement> fields, string[] names) =>
        names.Select(name => fields.TryGetValue(name, out var value) ? Text(value) : null).FirstOrDefault(static text => !string.IsNullOrEmpty(text));

    private static string? Text(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString(),
        JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => value.GetRawText(),

        // MongoDB's export, and so Auth0's, wraps an id: {"$oid": "…"}.
        JsonValueKind.Object when value.TryGetProperty("$oid", out var id) => id.GetString(),
        _ => null,
    };

    private static string[] FindRoles(Dictionary<string, JsonElement> fields)
    {
        var given = RoleFields.Where(fields.ContainsKey).Select(name => fields[name]).FirstOrDefault();
        return given.ValueKind == JsonValueKind.Array
            ? [.. given.EnumerateArray().Select(Text).OfType<string>()]
            : Text(given)?.Split([' ', ',', ';', '|'], StringSplitOptions.RemoveEmptyEntries) ?? [];
    }

    private static bool IsTrue(string? text, bool without) => text is null ? without : text.ToUpperInvariant() is "TRUE" or "T" or "1" or "YES" or "Y";
}

/// <summary>The body of <c>POST /users</c>.</summary>
internal sealed record NewUserBody(string Username, string PasswordHash, IReadOnlyList<string> Roles, bool Enabled)
{
    // A record prints its members; the hash must not get into a log.
    public override string ToString() => Username;
}

/// <summary>A line of a report.</summary>
/// <param name="Line">The line in the file.</param>
/// <param name="Username">The name.</param>
/// <param name="PreviousId">The id in the other system.</param>
/// <param name="Id">The id here: the <c>sub</c> of the user's tokens.</param>
/// <param name="Result">added, ready (without --apply), there or refused.</param>
/// <param name="Reason">Why the user was refused.</param>
/// <param name="NeedsPassword">Whether the user can't sign in before a new password is set.</param>
internal sealed record ReportLine(int Line, string Username, string? PreviousId, string? Id, string Result, string? Reason, bool? NeedsPassword);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(NewUserBody))]
[JsonSerializable(typeof(ExportLine))]
[JsonSerializable(typeof(string))]
[JsonSerializable(typeof(ReportLine))]
[JsonSerializable(typeof(JsonElement))]
internal sealed partial class UserToolJsonContext : JsonSerializerContext;
