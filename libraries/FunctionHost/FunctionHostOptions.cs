namespace Gatehouse.FunctionHost;

/// <summary>Options of one <see cref="FunctionHost"/>.</summary>
public sealed class FunctionHostOptions
{
    private readonly List<Action<IServiceCollection>> _services = [];

    /// <summary>
    /// The app settings, by the names that they have in Azure (<c>Storage__ConnectionString</c>) or in configuration
    /// (<c>Storage:ConnectionString</c>). They take precedence over the configuration of the app and over environment variables.
    /// <c>AZURE_FUNCTIONS_ENVIRONMENT</c> names the environment and defaults to <c>Development</c>.
    /// </summary>
    public IDictionary<string, string?> Settings { get; } = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);

    /// <summary>The time that the app has to start and to load its functions. Defaults to 2 minutes.</summary>
    public TimeSpan StartTimeout { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>
    /// The time that the app has to stop. Defaults to 1 minute, above the 30 seconds that a .NET host gives its own services.
    /// </summary>
    public TimeSpan StopTimeout { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>Measures both times. The app's own clock is a service of the app.</summary>
    internal TimeProvider Time { get; set; } = TimeProvider.System;

    /// <summary>Adds or replaces services after the app has registered its own, so the last registration is the test's.</summary>
    /// <param name="configure">Changes the services of the app.</param>
    /// <returns>These options.</returns>
    public FunctionHostOptions ConfigureServices(Action<IServiceCollection> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        _services.Add(configure);
        return this;
    }

    internal string EnvironmentName => Settings.TryGetValue(ProcessState.EnvironmentVariable, out var name) && name is not null ? name : "Development";

    /// <summary>The settings by their names in configuration, with those that lead the worker to this host.</summary>
    internal IReadOnlyDictionary<string, string?> ReadSettings(Uri host)
    {
        var id = Guid.NewGuid().ToString();
        var settings = Settings.ToDictionary(static setting => setting.Key.Replace("__", ":", StringComparison.Ordinal), static setting => setting.Value, StringComparer.OrdinalIgnoreCase);
        settings["Functions:Worker:HostEndpoint"] = host.AbsoluteUri;
        settings["Functions:Worker:WorkerId"] = id;
        settings["Functions:Worker:RequestId"] = id;
        settings["Functions:Worker:GrpcMaxMessageLength"] = $"{int.MaxValue}";

        // A port of its own for the server of an app with ASP.NET Core integration, in place of the process's one.
        settings["urls"] = "http://127.0.0.1:0";
        return settings;
    }

    internal void Apply(IServiceCollection services)
    {
        foreach (var configure in _services)
        {
            configure(services);
        }
    }
}
