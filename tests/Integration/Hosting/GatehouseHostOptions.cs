using Gatehouse.Local.Functions;
using Microsoft.Extensions.Time.Testing;

namespace Gatehouse.Tests.Integration.Hosting;

/// <summary>What is different about one test's host.</summary>
internal sealed record GatehouseHostOptions
{
    /// <summary>Settings beyond the usual ones, by name.</summary>
    public IReadOnlyDictionary<string, string?> Settings { get; init; } = new Dictionary<string, string?>();

    /// <summary>A folder that is shared with another host, or that is there before and after; null for one of its own.</summary>
    public string? DataFolder { get; init; }

    /// <summary>The signing key, in a folder of its own; null lets the host make one.</summary>
    public string? SigningKey { get; init; } = TestKeys.Rsa;

    /// <summary>Whether the test client has its secret from the start.</summary>
    public bool HasClientSecret { get; init; }

    /// <summary>A clock that is shared with another host; null for one of its own.</summary>
    public FakeTimeProvider? Time { get; init; }

    /// <summary>Whether it keeps its data in Azurite, whatever the other tests do.</summary>
    public bool UsesTables { get; init; }

    /// <summary>Where it listens, which is its issuer then; null for a free port, with an issuer of another name.</summary>
    public string? Url { get; init; }

    /// <summary>Changes the builder last.</summary>
    public Action<FunctionHostBuilder> Configure { get; init; } = static _ => { };
}
