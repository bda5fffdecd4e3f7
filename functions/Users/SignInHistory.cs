using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Gatehouse.Users;

/// <summary>
/// The networks from which a user has signed in or sent wrong passwords. A count is a <see cref="RateLimits.Bucket"/>, whose
/// whole state is the time at which every wrong password is forgotten.
/// </summary>
/// <param name="StrangersEmptyAt">The count of all networks that the user has never signed in from.</param>
/// <param name="Networks">The networks.</param>
internal sealed record SignInHistory(
    [property: JsonPropertyName("s")] DateTimeOffset StrangersEmptyAt,
    [property: JsonPropertyName("n")] ImmutableArray<NetworkSignIns> Networks)
{
    /// <summary>The history of a new user.</summary>
    public static readonly SignInHistory Empty = new(default, []);

    // A user has few networks. An attacker may have many, which the count of all strangers bounds.
    private const int MaxKnown = 8;
    private const int MaxStrangers = 16;

    /// <summary>Reads a stored history; <see cref="Empty"/> when nothing is stored.</summary>
    public static SignInHistory Parse(string? text) =>
        text is null ? Empty : JsonSerializer.Deserialize(text, UsersJsonContext.Default.SignInHistory) ?? Empty;

    /// <summary>The form for the storage; null for <see cref="Empty"/>.</summary>
    public string? Store() => Equals(Empty) ? null : JsonSerializer.Serialize(this, UsersJsonContext.Default.SignInHistory);

    /// <summary>The entry of a network; a new one for an unknown network.</summary>
    public NetworkSignIns Find(string id) => Networks.FirstOrDefault(network => network.Id == id) ?? new NetworkSignIns(id, default, null);

    /// <summary>Adds or replaces the entry of a network. When there are too many, those that matter least are forgotten.</summary>
    public SignInHistory With(NetworkSignIns changed)
    {
        var networks = Networks.Where(network => network.Id != changed.Id).Append(changed).ToLookup(static network => network.IsKnown);
        return this with
        {
            Networks =
            [
                .. networks[true].OrderByDescending(static network => network.SignedInOn).Take(MaxKnown),
                .. networks[false].OrderByDescending(static network => network.EmptyAt).Take(MaxStrangers),
            ],
        };
    }

    public bool Equals(SignInHistory? other) =>
        other is not null && StrangersEmptyAt == other.StrangersEmptyAt && Networks.SequenceEqual(other.Networks);

    public override int GetHashCode() => HashCode.Combine(StrangersEmptyAt, Networks.Length);
}

/// <summary>The sign-ins of a user from one network.</summary>
/// <param name="Id">A hash of user and network, so that the storage does not tell where users are.</param>
/// <param name="EmptyAt">When every wrong password is forgotten.</param>
/// <param name="SignedInOn">The day of the last sign-in; null when there was none.</param>
internal sealed record NetworkSignIns(
    [property: JsonPropertyName("i")] string Id,
    [property: JsonPropertyName("e")] DateTimeOffset EmptyAt,
    [property: JsonPropertyName("d")] DateOnly? SignedInOn)
{
    /// <summary>Whether the user has signed in from the network.</summary>
    [JsonIgnore]
    public bool IsKnown => SignedInOn is not null;
}
