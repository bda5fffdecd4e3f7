using Gatehouse.Local.Demo;
using Microsoft.Extensions.Options;

namespace Gatehouse.Local;

/// <summary>The program: starts Gatehouse, and says in one line why when it can't.</summary>
internal static class Program
{
    private const int Failed = 1;

    public static async Task<int> Main(string[] args)
    {
        if (!HostArguments.TryParse(args, out var arguments, out var error))
        {
            return await FailAsync(error);
        }

        if (arguments.IsHelp)
        {
            Console.WriteLine(HostArguments.Usage);
            return 0;
        }

        try
        {
            await using var host = LocalApplication.CreateBuilder(arguments).Build();

            // Settings first: the host would open the database, and make it, before it looks at them.
            host.Services.GetRequiredService<IStartupValidator>().Validate();
            await host.StartAsync();
            Console.WriteLine(await Welcome.WriteAsync(host.Urls, host.Services.GetService<DemoData>()));
            await host.WaitForShutdownAsync();
            return 0;
        }
        catch (Exception exception) when (StartFailure.Explain(exception) is { } reason)
        {
            return await FailAsync(reason);
        }
    }

    private static async Task<int> FailAsync(string message)
    {
        await Console.Error.WriteLineAsync($"gatehouse: {message}");
        return Failed;
    }
}
